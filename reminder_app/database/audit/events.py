"""What is no change of a row and still wants to be known: who looked, who stopped something."""

from reminder_app.database.audit import entries
from reminder_app.database.audit.part import trail_of
from reminder_app.database.engine import db
from reminder_app.database.transaction import transaction


@transaction
def record(what: str, note: str = "", *, object_key: str = "", scope_key: str = "") -> None:
    """`what`: a few words with dots, such as `database.kill`. Never a secret in `note`."""
    trail = trail_of()
    if trail is None:
        return
    found = {
        "action": "event",
        "table_name": what[:64],
        "row_key": "",
        "object_key": object_key[:64],
        "scope_key": scope_key[:64],
        "many": 1,
        "before": None,
        "after": None,
        "note": note[: entries.LONGEST],
    }
    entries.write(db.session.connection(), trail, [found])
