"""Primary and replicas: who is asked, who waits for what, and what happens when one of them is gone."""

from reminder_app.database.routing.replicas import WriteOnReader
from reminder_app.database.routing.tokens import Token
from reminder_app.database.routing.units import (
    acting_for,
    current,
    in_passing,
    is_read_only,
    last_token,
    must_see,
    reader_at_work,
    reading,
)

__all__ = [
    "Token",
    "WriteOnReader",
    "acting_for",
    "current",
    "in_passing",
    "is_read_only",
    "last_token",
    "must_see",
    "reader_at_work",
    "reading",
]
