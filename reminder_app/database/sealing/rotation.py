"""All secrets under the newest key, so that the former one can go."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Column, MetaData, String, Table, select, type_coerce, update

from reminder_app.database.engine import db
from reminder_app.database.sealing.errors import KeyLost
from reminder_app.database.sealing.keys import FINGERPRINT, Keys
from reminder_app.database.sealing.secret import Sealed, Secret, keys
from reminder_app.database.transaction import transaction

AT_ONCE = 200


def columns(metadata: MetaData) -> Iterator[tuple[Table, Column[Secret]]]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                yield table, column


def counts(metadata: MetaData = db.metadata) -> dict[str, Counter[str]]:
    """Of each column: how many secrets each key, by its fingerprint, has sealed."""
    found = {}
    for table, column in columns(metadata):
        made_by: Counter[str] = Counter()
        for secret in db.session.scalars(select(column).where(column.is_not(None))):
            made_by[secret.token[:FINGERPRINT]] += 1
        found[f"{table.name}.{column.name}"] = made_by
    return found


def rotate(metadata: MetaData = db.metadata) -> Iterator[tuple[str, int, int]]:
    """Of each column: how many were sealed anew, and how many nobody can open any more."""
    for table, column in columns(metadata):
        after, sealed, lost = None, 0, 0
        while True:
            last, anew, unreadable = some(table, column, after)
            sealed, lost = sealed + anew, lost + unreadable
            if last is None:
                break
            after = last
        yield f"{table.name}.{column.name}", sealed, lost


@transaction
def some(table: Table, column: Column[Secret], after: object) -> tuple[object | None, int, int]:
    """The next rows by their id: the last of them, how many were sealed anew, how many cannot be."""
    ours = keys()
    is_old = ~type_coerce(column, String).startswith(ours.newest)
    rows = select(table.c.id, column).where(is_old).order_by(table.c.id).limit(AT_ONCE)
    if after is not None:
        rows = rows.where(table.c.id > after)
    found = db.session.execute(rows.with_for_update()).all()
    anew = [(id_, fresh) for id_, secret in found if (fresh := sealed_again(secret, ours))]
    for id_, fresh in anew:
        db.session.execute(update(table).where(table.c.id == id_).values({column.name: fresh}))
    return found[-1][0] if found else None, len(anew), len(found) - len(anew)


def sealed_again(secret: Secret, ours: Keys) -> Secret | None:
    try:
        return Secret(ours.seal(ours.open(secret.token)))
    except KeyLost:
        return None
