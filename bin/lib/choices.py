"""What an instance decides for itself where nothing was set, and what it writes down for bin/flask."""

from dataclasses import fields
from pathlib import Path

import embedded
from instance import Run
from part import Part
from reminder_app.config import Settings
from surroundings import Environ

# Readable by bin/flask from the environment or SECRET_KEY's own file, never from up.json.
NEVER_WRITTEN = {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "SMTP_PASSWORD"}
NAMES = {field.name.upper() for field in fields(Settings)} - NEVER_WRITTEN


def made(settings: Settings, environ: Environ, last: Run) -> Environ:
    given = {name: environ[name] for name in NAMES if environ.get(name)}
    return {
        **given,
        "PORT": str(settings.port),
        "PUBLIC_URL": settings.public_url,
        "INSTANCE_PATH": str(settings.instance_path),
        "DATABASE_URL": settings.database_url,
        "WEB_WORKERS": str(settings.web_workers),
        "WEB_THREADS": str(settings.web_threads),
        "WORKER_CONCURRENCY": str(settings.worker_concurrency),
        "LOG_LEVEL": settings.log_level,
        "BIND": settings.bind,
        **broker(settings, last),
        **mailbox(settings, last),
    }


def broker(settings: Settings, last: Run) -> Environ:
    if settings.redis_url:
        return {"REDIS_URL": settings.redis_url}
    return {"REDIS_URL": embedded.broker_url(last.settings.get("REDIS_URL", ""))}


def mailbox(settings: Settings, last: Run) -> Environ:
    """Production names its own server, or is refused by the configuration."""
    if settings.smtp_host:
        return {"SMTP_HOST": settings.smtp_host, "SMTP_PORT": str(settings.smtp_port)}
    port = embedded.free_port(last.settings.get("SMTP_PORT"))
    return {"SMTP_HOST": embedded.HOST, "SMTP_PORT": str(port), "SMTP_SECURITY": "none"}


def embedded_parts(settings: Settings, instance: Path, environ: Environ) -> list[Part]:
    parts = []
    if not settings.redis_url:
        parts.append(embedded.broker(instance, environ["REDIS_URL"], environ))
    if not settings.smtp_host:
        parts.append(embedded.mailbox(instance, environ["SMTP_PORT"], environ))
    return parts
