"""Keeps what queries gave until a commit changes what they read. docs/adr has the reasons.

One rule makes it right: versions of the tables are read before the query, and a value is given only under
the versions it was read under; whoever commits marks its tables before, and gives them new versions after.
"""

from reminder_app.database.cache.plain import NotPlain
from reminder_app.database.cache.queries import (
    cached_db_query,
    cached_query,
    invalidate_everything,
    invalidate_table_cache,
)
from reminder_app.database.cache.reading import Undeclared
from reminder_app.database.cache.report import report

__all__ = [
    "NotPlain",
    "Undeclared",
    "cached_db_query",
    "cached_query",
    "invalidate_everything",
    "invalidate_table_cache",
    "report",
]
