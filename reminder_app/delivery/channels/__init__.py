from reminder_app.delivery.channels.errors import SendError
from reminder_app.delivery.channels.registry import for_account, register

__all__ = ["SendError", "for_account", "register"]
