from reminder_app.config.base import ConfigError, Settings
from reminder_app.config.reader import load

__all__ = ["ConfigError", "Settings", "load"]
