from reminder_app.web.api import Blueprint

bp = Blueprint("reminders_api", __name__, url_prefix="/api/v1/reminders", description="")
