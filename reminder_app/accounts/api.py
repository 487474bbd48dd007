from reminder_app.web.api import Blueprint

tokens = Blueprint("tokens_api", __name__, url_prefix="/api/v1/tokens", description="API tokens")
me = Blueprint("me_api", __name__, url_prefix="/api/v1/me", description="Who is asking")
