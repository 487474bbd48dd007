"""The type and the bounds of each setting, under its name in the environment."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from reminder_app.config.rates import Rate, by_domain

POSITIVE = validate.Range(min=1, error="must be 1 or more")
NOT_NEGATIVE = validate.Range(min=0, error="must be 0 or more")
PORT_RANGE = validate.Range(min=1, max=65535, error="must be a port between 1 and 65535")


def number(bounds: validate.Range) -> fields.Integer:
    return fields.Integer(validate=bounds, error_messages={"invalid": "must be a whole number"})


def is_ascii(text: str) -> None:
    """SMTP signs in with nothing else. The value is not told: it may be a secret."""
    if not text.isascii():
        raise ValidationError("must be plain ASCII: no accents, umlauts or other scripts")


class List(fields.String):
    """Values parted by commas."""

    def _deserialize(self, value, attr, data, **kwargs):  # type: ignore[no-untyped-def]
        text = super()._deserialize(value, attr, data, **kwargs)
        return [part.strip() for part in text.split(",") if part.strip()]


class Written(fields.String):
    """Text with a grammar of its own; empty where nothing is set."""

    def __init__(self, read: Callable[[str], Any], empty: Callable[[], Any]) -> None:
        super().__init__()
        self.read, self.empty = read, empty

    def _deserialize(self, value, attr, data, **kwargs):  # type: ignore[no-untyped-def]
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        try:
            return self.read(text) if text else self.empty()
        except ValueError as error:
            raise ValidationError(str(error)) from error


def no_rate() -> None:
    return None


def three_counts(text: str = "7,5,12") -> tuple[int, int, int]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or parts[0] == "0":
        raise ValueError("must be days, weeks and months to keep, such as 7,5,12")
    return int(parts[0]), int(parts[1]), int(parts[2])


def size(text: str) -> int:
    """100G, 500M, 2T: of 1024 each."""
    number_, unit = text[:-1].strip(), "KMGT".find(text[-1].upper()) + 1
    if not unit or not number_.isdigit():
        raise ValueError("must be a size such as 500M or 100G")
    return int(number_) * int(1024**unit)


class SettingsSchema(Schema):
    APP_ENV = fields.String()
    BIND = fields.String()
    PORT = number(PORT_RANGE)
    PUBLIC_URL = fields.String()
    SECRET_KEY = fields.String()
    SECRET_KEY_FALLBACKS = List()
    SIGN_UP_OPEN = fields.Boolean(error_messages={"invalid": "must be true or false"})
    LOG_LEVEL = fields.String(validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    TRUSTED_PROXIES = number(NOT_NEGATIVE)
    WEB_WORKERS = number(POSITIVE)
    WEB_THREADS = number(POSITIVE)
    WORKER_CONCURRENCY = number(POSITIVE)
    SIDE_ACCOUNTS_AT_ONCE = number(validate.Range(min=2, error="must be 2 or more"))

    DATABASE_URL = fields.String()
    DIRECT_URL = fields.String()
    DATABASE_ADMIN_URL = fields.String()
    DATABASE_READ_URLS = List()
    DATABASE_WRITER_HOSTS = List()
    DB_MAX_LAG = fields.Float(validate=validate.Range(min=1, error="must be 1 or more"))
    DB_POOL_SIZE = number(POSITIVE)
    DB_MAX_OVERFLOW = number(NOT_NEGATIVE)
    DB_POOL_TIMEOUT = fields.Float()
    DB_POOL_RECYCLE = number(POSITIVE)
    DB_LEAK_SECONDS = fields.Float(validate=NOT_NEGATIVE)
    DB_STATEMENT_SECONDS = fields.Float(validate=NOT_NEGATIVE)
    DB_SSL_CA = fields.String()

    REDIS_URL = fields.String()

    CACHE = fields.Boolean(error_messages={"invalid": "must be on or off"})
    MONITOR_URL = fields.String()
    DB_MONITOR = fields.Boolean(error_messages={"invalid": "must be on or off"})
    DB_SLOW_MS = number(POSITIVE)
    DB_AUDIT = fields.Boolean(error_messages={"invalid": "must be on or off"})
    AUDIT_ANCHOR = fields.String()
    AUDIT_KEPT_MONTHS = number(POSITIVE)
    PARTITION_ARCHIVE = fields.String()

    SMTP_HOST = fields.String()
    SMTP_PORT = number(PORT_RANGE)
    SMTP_USER = fields.String(validate=is_ascii)
    SMTP_PASSWORD = fields.String(validate=is_ascii)
    SMTP_SECURITY = fields.String(validate=validate.OneOf(["none", "starttls", "tls"]))
    PRIVATE_HOSTS = fields.Boolean(error_messages={"invalid": "must be true or false"})
    APPRISE_SCHEMES = List()
    MAIL_FROM = fields.String()
    MAIL_RATE = Written(Rate.of, no_rate)
    MAIL_DOMAIN_RATES = Written(by_domain, dict)
    CAMPAIGN_RATE = Written(Rate.of, no_rate)
    UNKNOWN_RESEND_AFTER = number(NOT_NEGATIVE)
    ATTACHMENTS_PATH = fields.String()
    ATTACHMENT_SIZE = Written(size, int)
    ATTACHMENTS_OF_REMINDER = Written(size, int)
    ATTACHMENTS_OF_WORKSPACE = Written(size, int)
    ATTACHMENTS_OF_MAIL = Written(size, int)
    METRICS_TOKEN = fields.String()
    DEAD_MAN_URL = fields.String()

    DATA_KEY = fields.String()
    DATA_KEY_FALLBACKS = List()
    BACKUP_PATH = fields.String()
    BACKUP_KEY = fields.String()
    BACKUP_KEY_FALLBACKS = List()
    BACKUP_URL = fields.String()
    BACKUP_KEEP = Written(three_counts, three_counts)
    RESTORE_TEST_URL = fields.String()
    DB_PROGRAMS = fields.String()
    DB_DISK = Written(size, int)
    DB_LONG_TRANSACTION_SECONDS = number(POSITIVE)
    DB_END_LONG_TRANSACTIONS = fields.Boolean(error_messages={"invalid": "must be true or false"})
    CRASH_AT = fields.String()
