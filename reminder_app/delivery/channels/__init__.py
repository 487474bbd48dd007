from reminder_app.delivery.channels.errors import SendError

__all__ = ["SendError"]
