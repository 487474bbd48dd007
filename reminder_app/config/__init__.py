from reminder_app.config.base import ROOT, ConfigError, Settings
from reminder_app.config.env_file import with_env_file
from reminder_app.config.reader import load

__all__ = ["ROOT", "ConfigError", "Settings", "load", "with_env_file"]
