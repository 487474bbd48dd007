"""The environment, read once into Settings. Every mistake is told at once, never with a secret's value."""

import re
import secrets
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit

from marshmallow import ValidationError

from reminder_app.config import base, development, production, testing
from reminder_app.config.base import ROOT, ConfigError, Settings
from reminder_app.config.schema import SettingsSchema

ENVIRONMENTS = {
    "development": development.DEFAULTS,
    "testing": testing.DEFAULTS,
    "chaos": testing.DEFAULTS,
    "production": production.DEFAULTS,
}
SECRETS = (
    "SECRET_KEY", "SECRET_KEY_FALLBACKS", "SMTP_PASSWORD", "DATABASE_URL", "DIRECT_URL",
    "DATABASE_ADMIN_URL", "DATABASE_READ_URLS", "MONITOR_URL", "REDIS_URL", "DB_PASSWORD",
    "METRICS_TOKEN", "DEAD_MAN_URL", "BACKUP_KEY", "BACKUP_KEY_FALLBACKS", "BACKUP_URL",
    "DATA_KEY", "DATA_KEY_FALLBACKS",
    "RESTORE_TEST_URL",
)  # fmt: skip
SHORTEST_SECRET, SHORTEST_TOKEN = 32, 16
HOST = re.compile(r"[\w.-]+(:\d{1,5})?")


def load(environ: Mapping[str, str]) -> Settings:
    """Raises ConfigError."""
    given = with_secret_files({name: value for name, value in environ.items() if value != ""})
    app_env = given.get("APP_ENV", "development")
    if app_env not in ENVIRONMENTS:
        raise ConfigError(f"APP_ENV is {app_env!r}: use one of {', '.join(ENVIRONMENTS)}.")
    values = {**base.DEFAULTS, **ENVIRONMENTS[app_env], **given, "APP_ENV": app_env}
    settings = Settings(**derived(typed(values), values))
    check(settings, given)
    return settings


def with_secret_files(given: dict[str, str]) -> dict[str, str]:
    """NAME_FILE=/run/secrets/x stands for NAME, as container secrets want it."""
    for name in SECRETS:
        path = given.get(f"{name}_FILE")
        if path and name not in given:
            try:
                given[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ConfigError(f"{name}_FILE: cannot read {path} ({error.strerror}).") from error
    return given


def typed(values: Mapping[str, str]) -> dict[str, Any]:
    given = {name: values[name] for name in SettingsSchema().fields.keys() & values.keys()}
    try:
        read: dict[str, Any] = SettingsSchema().load(given)
    except ValidationError as error:
        said = cast(dict[str, list[str]], error.messages)
        raise ConfigError(
            "\n".join(f"{name}: {' '.join(why)}" for name, why in said.items())
        ) from None
    return {name.lower(): value for name, value in read.items()}


def derived(read: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """What follows from other settings when it is not given itself."""
    instance = Path(values.get("INSTANCE_PATH") or ROOT / "instance").expanduser().resolve()
    public_url = (read["public_url"] or f"http://localhost:{read['port']}").rstrip("/")
    database_url = (
        read["database_url"] or url_from_parts(values) or f"sqlite:///{instance}/reminder.db"
    )
    database_url = with_driver(database_url)
    host = urlsplit(public_url).hostname or "localhost"
    return read | {
        "instance_path": instance,
        "public_url": public_url,
        "database_url": database_url,
        "monitor_url": with_driver(read["monitor_url"]),
        "direct_url": with_driver(read["direct_url"]) or database_url,
        "database_admin_url": with_driver(read["database_admin_url"]),
        "database_read_urls": [with_driver(url) for url in read["database_read_urls"]],
        "secret_key": read["secret_key"] or development_secret(read["app_env"], instance),
        "data_key": read["data_key"] or development_secret(read["app_env"], instance, "data_key"),
        "attachments_path": Path(read["attachments_path"] or instance / "attachments")
        .expanduser()
        .resolve(),
        **of_backups(read, instance),
        "mail_from": read["mail_from"] or f"Reminder App <reminders@{mail_domain(host)}>",
    }


def mail_domain(host: str) -> str:
    return "localhost.localdomain" if host == "localhost" or "." not in host else host


def with_driver(url: str) -> str:
    """mysql://… as hosting providers hand it out; PyMySQL is our driver."""
    for scheme in ("mysql://", "mariadb://"):
        if url.startswith(scheme):
            return "mysql+pymysql://" + url.removeprefix(scheme)
    return url


def url_from_parts(values: Mapping[str, str]) -> str:
    if not values.get("DB_HOST"):
        return ""
    user, password = (
        quote(values.get("DB_USER", ""), safe=""),
        quote(values.get("DB_PASSWORD", ""), safe=""),
    )
    port, name = values.get("DB_PORT", "3306"), values.get("DB_NAME", "reminder_app")
    return f"mysql+pymysql://{user}:{password}@{values['DB_HOST']}:{port}/{name}"


def of_backups(read: dict[str, Any], instance: Path) -> dict[str, Any]:
    """In production nobody guesses where backups are safe, nor makes a key that is kept beside them."""
    is_production = read["app_env"] == "production"
    path = read["backup_path"] or ("" if is_production else str(instance / "backups"))
    return {
        "backup_path": Path(path).expanduser().resolve() if path else None,
        "backup_key": read["backup_key"]
        or development_secret(read["app_env"], instance, "backup_key"),
        "backup_url": with_driver(read["backup_url"]),
        "restore_test_url": with_driver(read["restore_test_url"]),
        "db_programs": Path(read["db_programs"]).expanduser() if read["db_programs"] else None,
    }


def development_secret(app_env: str, instance: Path, name: str = "secret_key") -> str:
    """Made once and kept, so that a restart does not sign everybody out."""
    if app_env == "production":
        return ""
    path = instance / name
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def check(settings: Settings, given: Mapping[str, str]) -> None:
    wrong = list(mistakes(settings))
    if settings.is_production:
        missing = [name for name in NEEDED_IN_PRODUCTION if name not in given]
        wrong += [f"{name} must be set in production." for name in missing]
    if settings.redis_url and not settings.redis_url.startswith(("redis://", "rediss://")):
        wrong.append("REDIS_URL must be redis://host:port/0 or rediss://….")
    if wrong:
        raise ConfigError("\n".join(wrong))


def mistakes(settings: Settings) -> Iterator[str]:
    secret = settings.secret_key
    borrowed = settings.is_production and secret == testing.DEFAULTS["SECRET_KEY"]
    if borrowed or len(secret) < SHORTEST_SECRET:
        yield (
            f"SECRET_KEY must be your own and at least {SHORTEST_SECRET} characters: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    for key in (settings.data_key, *settings.data_key_fallbacks):
        if 0 < len(key) < SHORTEST_SECRET:
            yield f"DATA_KEY must have at least {SHORTEST_SECRET} characters: flask secrets new-key"
    for name, (schemes, said) in ADDRESSES.items():
        if not getattr(settings, name.lower()).startswith(schemes):
            yield f"{name} must be {said}."
    if "@" not in parseaddr(settings.mail_from)[1]:
        yield "MAIL_FROM must be an address such as Reminders <reminders@example.org>."
    yield from mistakes_in_servers(settings)
    yield from mistakes_in_watching(settings)


def mistakes_in_servers(settings: Settings) -> Iterator[str]:
    for number, url in enumerate(settings.database_read_urls, 1):
        schemes, said = ADDRESSES["DATABASE_URL"]
        if not url.startswith(schemes):
            yield f"DATABASE_READ_URLS, number {number}, must be {said}."
    for host in settings.database_writer_hosts:
        if not HOST.fullmatch(host):
            yield f"DATABASE_WRITER_HOSTS: {host!r} must be host or host:port."
    if 0 < len(settings.backup_key) < SHORTEST_SECRET:
        yield f"BACKUP_KEY must have at least {SHORTEST_SECRET} characters: `flask backup new-key`."


def mistakes_in_watching(settings: Settings) -> Iterator[str]:
    """Neither value is told: both are secrets."""
    if 0 < len(settings.metrics_token) < SHORTEST_TOKEN:
        yield f"METRICS_TOKEN must have at least {SHORTEST_TOKEN} characters, or be empty."
    url = settings.dead_man_url
    if url and not (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
        yield "DEAD_MAN_URL must be http://… or https://…, or empty."


ADDRESSES = {
    "PUBLIC_URL": (("http://", "https://"), "http://… or https://…, as people reach it"),
    "DATABASE_URL": (
        ("sqlite:///", "mysql+pymysql://"),
        "mysql://user:password@host/name or sqlite:///path",
    ),
}
# Production guesses none of these: a guess would send mails with links to nowhere.
NEEDED_IN_PRODUCTION = ("PUBLIC_URL", "REDIS_URL", "SMTP_HOST")
