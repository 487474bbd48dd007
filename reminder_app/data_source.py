"""What the database layer is told of ours: it knows none of the product's names."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

from reminder_app.config import ROOT, Settings
from reminder_app.database import DatabaseSettings
from reminder_app.delivery import sending_accounts
from reminder_app.errors import Conflict, Invalid
from reminder_app.operations.layer_showing import told

# Who is signed in and may do what: once one of these has changed, nobody is answered by what was before.
RIGHTS = ("users", "user_sessions", "api_tokens", "workspaces", "memberships")
# How often one request may ask the same: there are few rows in a test.
REPEATS, REPEATS_IN_TESTS = 10, 5


def database_settings(
    settings: Settings, url_again: Callable[[], str] | None = None
) -> DatabaseSettings:
    """`url_again` gives the address anew, when the server refuses its password."""
    return DatabaseSettings(
        url=settings.database_url,
        direct_url=settings.direct_url,
        admin_url=settings.database_admin_url,
        seeds=(sending_accounts.first,),
        application_name=f"reminder-app {program(sys.argv)}",
        migrations=ROOT / "migrations",
        is_production=settings.is_production,
        conflict=Conflict,
        invalid=invalid,
        pool_size=settings.db_pool_size,
        max_overflow=settings.db_max_overflow,
        pool_timeout=settings.db_pool_timeout,
        pool_recycle=settings.db_pool_recycle,
        **processes(settings),
        leak_seconds=settings.db_leak_seconds,
        statement_seconds=settings.db_statement_seconds,
        ssl_ca=settings.db_ssl_ca,
        url_again=url_again,
        read_urls=settings.database_read_urls,
        writer_hosts=settings.database_writer_hosts,
        max_lag=settings.db_max_lag,
        shared_tables=RIGHTS,
        redis_url=settings.redis_url,
        cache=settings.cache,
        **of_monitor(settings),
        data_keys=[key for key in (settings.data_key, *settings.data_key_fallbacks) if key],
        **of_backups(settings),
        disk_bytes=settings.db_disk,
        long_transaction_seconds=settings.db_long_transaction_seconds,
        end_long_transactions=settings.db_end_long_transactions,
        flask_command=flask_command(settings),
    )


def program(called: Sequence[str]) -> str:
    """Which of the Procfile's this process is, by how it was called."""
    if "gunicorn" in called[0]:
        return "web"
    return next((name for name in ("worker", "beat") if name in called[1:]), "command")


def invalid(message: str, **fields: str) -> Invalid:
    return Invalid(told(message), **{name: told(one) for name, one in fields.items()})


def processes(settings: Settings) -> dict[str, Any]:
    """Of one machine that runs all of it."""
    web, sending = settings.web_workers, settings.worker_concurrency
    told = f"{web} web and {sending} sending processes, their parent and beat"
    return {"processes": web + sending, "lesser_processes": 2, "processes_told": told}


def of_backups(settings: Settings) -> dict[str, Any]:
    return {
        "backup_path": settings.backup_path,
        "backup_files": settings.attachments_path,
        "backup_key": settings.backup_key,
        "backup_key_fallbacks": settings.backup_key_fallbacks,
        "backup_url": settings.backup_url,
        "backup_keep": settings.backup_keep,
        "restore_test_url": settings.restore_test_url,
        "programs": settings.db_programs,
    }


def of_monitor(settings: Settings) -> dict[str, Any]:
    return {
        "monitor": settings.db_monitor,
        "monitor_seconds": 0 if settings.app_env == "testing" else 10,
        "monitor_repeats": REPEATS_IN_TESTS if settings.app_env == "testing" else REPEATS,
        "monitor_url": settings.monitor_url,
        "slow_ms": settings.db_slow_ms,
    }


def flask_command(settings: Settings) -> tuple[str, ...]:
    """A test's settings are in no environment that a process of its own could read."""
    if settings.app_env == "testing":
        return ()
    return sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py")
