"""What an operator asks of a query: how it will be run, and which index it lacks."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import current_app
from sqlglot import exp

from reminder_app.database.advisor import quiet, reading, table_use
from reminder_app.database.advisor.candidates import (
    FINDS,
    IN_ORDER,
    Candidate,
    candidates,
    replaces,
)
from reminder_app.database.advisor.catalogue import Catalogue
from reminder_app.database.advisor.explain import explain
from reminder_app.database.advisor.guard import Query, named, understood
from reminder_app.database.advisor.plan import Plan
from reminder_app.database.advisor.proof import Proof, best, prove
from reminder_app.database.advisor.refusal import Refused
from reminder_app.database.advisor.remarks import remarks
from reminder_app.database.advisor.seen_query import with_values
from reminder_app.database.advisor.session import EXTENSION, Explainers
from reminder_app.database.advisor.shape import needs
from reminder_app.database.advisor.snippet import index_name, snippet
from reminder_app.database.engine import db
from reminder_app.database.monitor import reading as monitor

# A plan can tell, by its rows, what stands in them.
SECRET = re.compile(r"password|secret|token|_hash$|^hash$", re.IGNORECASE)
UNKNOWN = "This query is not known: it was not asked for a long time, and its figures are gone."


@dataclass(frozen=True)
class Advice:
    candidate: Candidate
    proof: Proof
    replaces: Sequence[str]
    caution: str = ""

    @property
    def why(self) -> str:
        """What the server makes of it: it may sort all the same."""
        why = self.candidate.why
        return FINDS if why == IN_ORDER and self.proof.sorts else why

    @property
    def name(self) -> str:
        return index_name(self.candidate.table, self.candidate.columns)

    @property
    def snippet(self) -> str:
        return snippet(self.candidate.table, self.candidate.columns, self.replaces)

    def as_dict(self) -> dict[str, Any]:
        return {
            "table": self.candidate.table,
            "columns": list(self.candidate.columns),
            "name": self.name,
            "why": self.why,
            "proof": self.proof.in_words,
            "work_left": round(self.proof.share, 4),
            "replaces": list(self.replaces),
            "caution": self.caution,
            "migration": self.snippet,
            "plan_with_it": self.proof.after.as_dict(),
        }


@dataclass(frozen=True)
class Analysis:
    query: str  # as it was given; of one that the monitor saw, without its values
    plan: Plan
    remarks: Sequence[str]

    @property
    def warnings(self) -> list[str]:
        return list(dict.fromkeys([*self.plan.warnings, *self.remarks]))

    def as_dict(self) -> dict[str, Any]:
        return {"query": self.query, **self.plan.as_dict(), "warnings": self.warnings}


@dataclass(frozen=True)
class Optimisation:
    analysis: Analysis
    advice: Advice | None
    tried: Sequence[tuple[Candidate, Proof]] = field(default=())
    not_tried: str = ""

    @property
    def in_words(self) -> str:
        if self.advice:
            found = self.advice.candidate
            return f"An index of {found.table} by {', '.join(found.columns)} {self.advice.why}."
        if self.not_tried:
            return self.not_tried
        if self.tried:
            return "No index helps: those that were tried would not be used, or save too little."
        return "It needs no index that there is not: what it looks for is indexed, or the tables are small."

    def as_dict(self) -> dict[str, Any]:
        return self.analysis.as_dict() | {
            "says": self.in_words,
            "advice": [self.advice.as_dict()] if self.advice else [],
            "tried": [
                {"table": one.table, "columns": list(one.columns), "outcome": proof.in_words}
                for one, proof in self.tried
            ],
        }


class Question:
    """Of a text from outside, or of a query that the monitor has seen. Raises Refused."""

    def __init__(self, query: object = None, fingerprint: uuid.UUID | None = None) -> None:
        self.fingerprint = fingerprint
        if fingerprint is None:
            self.shown = query if isinstance(query, str) else ""
            tree = understood(query, reading.dialect())
            self.query = self.named(tree, secrets(self.catalogue))
            return
        seen = monitor.one(fingerprint)
        if seen is None:
            raise Refused(UNKNOWN)
        self.shown = seen.text
        text = with_values(seen.text, reading.dialect(), self.catalogue, sample)
        # Of our own making, and past the guard it is not: it goes through like any other.
        self.query = self.named(understood(text, reading.dialect()), frozenset())

    @cached_property
    def catalogue(self) -> Catalogue:
        return reading.catalogue()

    def named(self, tree: exp.Expr, secret: frozenset[str]) -> Query:
        return named(tree, reading.dialect(), set(self.catalogue), secret)

    def analysed(self) -> Analysis:
        release()
        plan = explain(self.query, explainers(), self.catalogue)
        return Analysis(self.shown, plan, remarks(self.query.tree, self.catalogue))

    def optimised(self) -> Optimisation:
        analysis = self.analysed()
        options = candidates(needs(self.query.tree, self.catalogue), self.catalogue)
        try:
            proofs = prove(self.query, options, explainers(), self.catalogue)
        except Refused as refused:
            return Optimisation(analysis, None, not_tried=refused.reason)
        found = best(proofs)
        advice = None
        if found:
            table = self.catalogue[found[0].table]
            old = replaces(found[0], table)
            advice = Advice(found[0], found[1], old, table_use.caution(table.name))
        return Optimisation(analysis, advice, list(proofs.items()))


def explainers() -> Explainers:
    made: Explainers = current_app.extensions[EXTENSION]
    return made


def secrets(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(
        name.lower()
        for table in catalogue.values()
        for name in table.columns
        if SECRET.search(name)
    )


def sample(table: str, column: str) -> object:
    """A value that stands there, to explain with; none of a secret."""
    if SECRET.search(column):
        return None
    quote = db.engine.dialect.identifier_preparer.quote
    query = (
        f"SELECT {quote(column)} FROM {quote(table)} "  # noqa: S608 - names of the catalogue
        f"WHERE {quote(column)} IS NOT NULL LIMIT 1"
    )
    found = quiet.rows(db.session.connection(), query)
    return found[0][0] if found else None


def release() -> None:
    """No connection is held while another one is asked."""
    db.session.rollback()
