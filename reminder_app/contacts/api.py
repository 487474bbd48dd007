from reminder_app.web.api import Blueprint

bp = Blueprint("contacts_api", __name__, url_prefix="/api/v1/contacts", description="")
