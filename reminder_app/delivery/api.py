from reminder_app.web.api import Blueprint

bp = Blueprint("deliveries_api", __name__, url_prefix="/api/v1/deliveries", description="")
