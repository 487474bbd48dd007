from reminder_app.database.audit.events import record
from reminder_app.database.audit.part import init_app, listen, the_trail, trail_of
from reminder_app.database.audit.watching import UNAUDITED, Watched
from reminder_app.database.audit.who import Actor, acting

__all__ = [
    "UNAUDITED",
    "Actor",
    "Watched",
    "acting",
    "init_app",
    "listen",
    "record",
    "the_trail",
    "trail_of",
]
