"""Where a database is not what the models say, also where Alembic does not look.

Autogenerate misses DATETIME against DATETIME(6), the sign of a number, generated columns, the order
and direction of an index. Both sides are put into the same plain words here, and those are compared.
"""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, MetaData

from reminder_app.database.migrations import found, wanted

NOTHING = ""
OF_TABLE = re.compile(r"(?:column|primary key|foreign key|index|check) ([^. ]+)")


@dataclass(frozen=True)
class Difference:
    what: str
    wanted: str
    found: str

    def __str__(self) -> str:
        if self.found == NOTHING:
            return f"{self.what} is missing: {self.wanted}"
        if self.wanted == NOTHING:
            return f"{self.what} is not in the models: {self.found}"
        return f"{self.what} is {self.found}, and the models say {self.wanted}"


def of(connection: Connection, metadata: MetaData) -> list[Difference]:
    """Nothing is changed, and no rights are needed but to look."""
    as_models_say = wanted.facts(metadata, connection)
    as_it_is = found.facts(connection)
    connection.rollback()
    return [
        Difference(what, as_models_say.get(what, NOTHING), as_it_is.get(what, NOTHING))
        for what in sorted(as_models_say.keys() | as_it_is.keys())
        if as_models_say.get(what, NOTHING) != as_it_is.get(what, NOTHING)
        and not is_told_by_table(what, as_models_say, as_it_is)
    ]


def is_told_by_table(what: str, wanted_: dict[str, str], found_: dict[str, str]) -> bool:
    """A whole table too many or too few is one difference, not one for each of its columns."""
    of = OF_TABLE.match(what)
    table = f"table {of[1]}" if of else ""
    return bool(table) and (table in wanted_) != (table in found_)
