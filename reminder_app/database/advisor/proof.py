"""Whether an index would be used, tried on a sample of the table that nobody else sees.

The sample is a temporary table: it belongs to one connection and is gone with it, also when the process
is killed. The query is never run, on the sample neither: it is explained without the index and with it.
MySQL has the index hidden from the first and shows it to the second; MariaDB has it made in between.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pymysql
from sqlglot import exp

from reminder_app.database import capabilities
from reminder_app.database.advisor.candidates import Candidate
from reminder_app.database.advisor.catalogue import Catalogue
from reminder_app.database.advisor.explain import asked, in_our_words
from reminder_app.database.advisor.guard import Query
from reminder_app.database.advisor.plan import Plan, Step, number
from reminder_app.database.advisor.refusal import Refused
from reminder_app.database.advisor.sample import Sampler
from reminder_app.database.advisor.session import JSON_FORMAT, Cursor, Explainers
from reminder_app.database.advisor.snippet import index_name
from reminder_app.database.capabilities import Capabilities

# Each place of a table is a copy of its own.
MOST_PLACES, MOST_TRIED = 8, 8
NEW = "advised"
# On the sample the new index is called so, and in SQLite every index after its table.
NEW_OF_SAMPLE = re.compile(rf"\b{NEW}(_sample_\d_\w+)?\b")
OF_SAMPLE = re.compile(r"\bsample_\d_\w+?_(?=PRIMARY|ix__|uq__|sqlite_)")
# It has to save half of the work: what saves less is paid for by every write.
WORTH = 0.5


@dataclass(frozen=True)
class Proof:
    """`share`: the work with the index, of that without; 1 where it is not used."""

    is_used: bool
    share: float
    before: Plan
    after: Plan
    sampled: int  # rows

    @property
    def is_worth_it(self) -> bool:
        saves_sorting = self.before.has("sort") and not self.after.has("sort")
        return self.is_used and (self.share <= WORTH or (saves_sorting and self.share <= 1.0))

    @property
    def sorts(self) -> bool:
        return self.after.has("sort")

    @property
    def in_words(self) -> str:
        if not self.is_used:
            return "The server would not use it."
        gone = self.before.has("sort") and not self.sorts
        now = "one row" if self.after.examined <= 1 else f"{number(self.after.examined)} rows"
        return (
            f"On a sample of {number(self.sampled)} rows it reads {now} instead of "
            f"{number(self.before.examined)}" + (", and sorts nothing." if gone else ".")
        )


def with_real_names(step: Step, new: str) -> Step:
    """A plan of the sample, as it will be of the table."""

    def real(text: str) -> str:
        return OF_SAMPLE.sub("", NEW_OF_SAMPLE.sub(new, text)).replace(
            "by PRIMARY", "by its primary key"
        )

    children = tuple(with_real_names(child, new) for child in step.children)
    return replace(step, what=real(step.what), key=real(step.key), children=children)


def share_of(before: Plan, after: Plan) -> float:
    """By cost where the server names one, else by the rows it would read."""
    if before.cost and after.cost is not None:
        return after.cost / before.cost
    return after.examined / before.examined if before.examined else 1.0


class Trial:
    """A sample of the tables of one query, on one connection, for as many candidates as there are."""

    def __init__(
        self, query: Query, catalogue: Catalogue, cursor: Cursor, server: Capabilities
    ) -> None:
        self.query, self.catalogue, self.cursor, self.server = query, catalogue, cursor, server
        self.sampler = Sampler(cursor, server, catalogue)
        self.sampled = 0

    def prepare(self) -> None:
        tree = self.query.tree.copy()
        taken: dict[str, list[str]] = {}
        places = [node for node in tree.find_all(exp.Table) if node.name in self.catalogue]
        if len(places) > MOST_PLACES:
            raise Refused("This query names too many tables for an index to be tried.")
        for node in places:
            self.replace(node, taken)
        self.copies = taken
        self.tree = tree
        sizes = [self.sampler.rows[name] for names in taken.values() for name in names]
        self.sampled = sum(sizes)
        self.without = self.plan()

    def replace(self, node: exp.Table, taken: dict[str, list[str]]) -> None:
        """A copy for each place: MySQL reads a temporary table only once in a query."""
        name, called = node.name, node.alias_or_name
        copies = taken.setdefault(name, [])
        copies.append(self.sampler.copy(name, len(copies)))
        node.replace(exp.alias_(exp.to_table(copies[-1]), called, table=True))

    def plan(self) -> Plan:
        sql = self.tree.sql(dialect=self.query.dialect, comments=False)
        found = Query(sql, self.query.tree, self.query.dialect, self.query.tables)
        return asked(self.cursor, found, self.server, self.catalogue)

    def of(self, candidate: Candidate) -> Proof:
        name = NEW
        copies = self.copies.get(candidate.table, [])
        hidden = self.server.hidden_index if self.server.try_hidden_index else ""
        before = self.without
        for copy in copies:
            self.sampler.add_index(copy, name, candidate.columns, hidden)
        try:
            if hidden:
                before = self.plan()
                self.cursor.execute(self.server.try_hidden_index)
            after = self.plan()
        finally:
            if hidden:
                self.cursor.execute(self.server.try_hidden_index.replace("=on'", "=off'"))
            for copy in copies:
                self.sampler.drop_index(copy, name)
        is_used = any(step.key.startswith(name) for step in after.tables)
        real = index_name(candidate.table, candidate.columns)
        before, after = (
            replace(plan, root=with_real_names(plan.root, real)) for plan in (before, after)
        )
        return Proof(
            is_used, share_of(before, after) if is_used else 1.0, before, after, self.sampled
        )


@contextmanager
def trial(query: Query, explainers: Explainers, catalogue: Catalogue) -> Iterator[Trial]:
    """Raises Refused where the account may not make a temporary table."""
    server = capabilities.of(explainers.engine)
    with explainers.connection() as driver:
        cursor = cursor_of(driver, server)
        made = Trial(query, catalogue, cursor, server)
        try:
            made.prepare()
            yield made
        except pymysql.err.MySQLError as error:
            raise Refused(not_tried(error)) from error


def not_tried(error: pymysql.err.MySQLError) -> str:
    number = error.args[0] if error.args else 0
    if number in (1044, 1142):
        return (
            "The account that explains may not make temporary tables: grant it CREATE TEMPORARY TABLES "
            "to have advice proven."
        )
    return in_our_words(error)


def cursor_of(driver: Any, server: Capabilities) -> Cursor:
    cursor: Cursor = driver.cursor()
    if not server.is_server:
        return cursor
    driver.autocommit(True)  # a temporary table cannot be made inside a transaction with GTIDs
    cursor.execute(f"SET SESSION {server.limit_statements(10.0)}")
    if server.name == "mysql" and server.version >= (8, 3):
        cursor.execute(JSON_FORMAT)
    return cursor


def best(proofs: Mapping[Candidate, Proof]) -> tuple[Candidate, Proof] | None:
    """The one with the least work; of two alike, the narrower."""
    worth = [(one, proof) for one, proof in proofs.items() if proof.is_worth_it]
    return min(worth, key=rank, default=None)


def rank(one: tuple[Candidate, Proof]) -> tuple[bool, float, int]:
    candidate, proof = one
    return proof.after.has("sort"), round(proof.share, 3), len(candidate.columns)


def prove(
    query: Query, options: Sequence[Candidate], explainers: Explainers, catalogue: Catalogue
) -> dict[Candidate, Proof]:
    if not capabilities.of(explainers.engine).is_server:
        # SQLite does not say how many rows a range has: it would use an index for all of them.
        options = [candidate for candidate in options if candidate.fixed]
    if not options:
        return {}
    with trial(query, explainers, catalogue) as tried:
        return {candidate: tried.of(candidate) for candidate in options[:MOST_TRIED]}
