from reminder_app.database.base import (
    BINARY_TEXT,
    DIGEST,
    TABLE_OPTIONS,
    LocalDateTime,
    TimestampMixin,
    UtcDateTime,
    Uuid,
    new_id,
    stored,
)
from reminder_app.database.bulk import ById, insert_all, insert_missing, run_written
from reminder_app.database.capabilities import Capabilities
from reminder_app.database.clock import now
from reminder_app.database.engine import Model, changed, db
from reminder_app.database.hooks import commit_hooks
from reminder_app.database.once import once
from reminder_app.database.pagination import Page, keyset_page
from reminder_app.database.scope import session_scope
from reminder_app.database.server_time import database_now
from reminder_app.database.settings import DatabaseSettings
from reminder_app.database.transaction import (
    after_commit,
    after_rollback,
    savepoint,
    transaction,
)
from reminder_app.database.unique import one_of_each

__all__ = [
    "BINARY_TEXT",
    "DIGEST",
    "TABLE_OPTIONS",
    "ById",
    "Capabilities",
    "DatabaseSettings",
    "LocalDateTime",
    "Model",
    "Page",
    "TimestampMixin",
    "UtcDateTime",
    "Uuid",
    "after_commit",
    "after_rollback",
    "changed",
    "commit_hooks",
    "database_now",
    "db",
    "insert_all",
    "insert_missing",
    "keyset_page",
    "new_id",
    "now",
    "once",
    "one_of_each",
    "run_written",
    "savepoint",
    "session_scope",
    "stored",
    "transaction",
]
