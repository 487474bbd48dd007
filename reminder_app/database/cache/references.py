"""What changes along with a table without any statement that says so: foreign keys with an action."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from sqlalchemy import MetaData

from reminder_app.database.cache.statements import EVERYTHING, MADE_UP, Effect

ACTIONS = {"CASCADE", "SET NULL", "SET DEFAULT"}
Children = dict[str, set[str]]


class References:
    """Of all tables the models know. A table they do not know may be a view of some that they do."""

    def __init__(self, metadatas: Callable[[], Iterable[MetaData]]) -> None:
        self._metadatas = metadatas
        self._count = -1
        self._reached: dict[Effect, frozenset[str]] = {}
        self._known: frozenset[str] = frozenset()
        self._deleted: Children = {}
        self._updated: Children = {}

    def reached(self, effect: Effect) -> frozenset[str]:
        """All tables whose rows may be others afterwards."""
        self._look()
        found = self._reached.get(effect)
        if found is None:
            found = self._reached[effect] = self._follow(effect)
        return found

    def sorted_out(self, names: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Tables, and what may be a view; what a statement names for itself is neither."""
        self._look()
        all_names = frozenset(names)
        made_up = {name.removeprefix(MADE_UP) for name in all_names if name.startswith(MADE_UP)}
        tables = all_names & self._known
        others = {name for name in all_names - tables if not name.startswith(MADE_UP)}
        return tables, frozenset(others - made_up)

    def _follow(self, effect: Effect) -> frozenset[str]:
        if effect.table not in self._known:
            return frozenset({EVERYTHING})
        children = self._deleted if effect.deletes else self._updated
        found, ahead = {effect.table}, [effect.table]
        while ahead:
            new = children.get(ahead.pop(), set()) - found
            found |= new
            ahead += new
        return frozenset(found)

    def _look(self) -> None:
        """Again when tables were added: models are imported one after the other."""
        metadatas = list(self._metadatas())
        count = sum(len(metadata.tables) for metadata in metadatas)
        if count == self._count:
            return
        deleted: Children = defaultdict(set)
        updated: Children = defaultdict(set)
        tables = [table for metadata in metadatas for table in metadata.tables.values()]
        for table in tables:
            for key in table.foreign_key_constraints:
                parent = key.elements[0].target_fullname.split(".")[-2].lower()
                if (key.ondelete or "").upper() in ACTIONS:
                    deleted[parent].add(table.name.lower())
                if (key.onupdate or "").upper() in ACTIONS:
                    updated[parent].add(table.name.lower())
        self._known = frozenset(table.name.lower() for table in tables)
        self._deleted, self._updated = deleted, updated
        self._reached, self._count = {}, count
