"""The advisor's findings as pages and JSON show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from reminder_app.database.advisor.models import APPLIED, DISMISSED, IndexAdvice
from reminder_app.database.advisor.snippet import index_name, snippet
from reminder_app.database.advisor.table_statistics import TableStatistics
from reminder_app.database.maintenance import sizes
from reminder_app.operations.layer_showing import number
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.web.formatting import file_size

NO_TABLE = lazy_gettext("There is no such table.")
NO_SIZES = "This database does not say how much room a table takes."


@dataclass(frozen=True)
class Growth:
    """As it was measured day by day; nothing before there are two days to compare."""

    a_day: Mapping[str, float | None]
    days_to_full: float | None
    no_disk: str  # why it is not known when the disk is full

    @classmethod
    def now(cls) -> Self:
        seen = sizes.overview()
        a_day = {one.size.table: one.a_day for one in seen.tables}
        return cls(a_day, seen.days_to_full, seen.no_disk)

    def of(self, table: str) -> str:
        return file_size(self.a_day.get(table))


def of_table(found: TableStatistics, growth: Growth) -> dict[str, Any]:
    return found.as_dict() | {"bytes_a_day": growth.a_day.get(found.table.name)}


def not_known(found: Sequence[TableStatistics]) -> list[str]:
    """What this database cannot say, in words."""
    told = [NO_SIZES] if found and found[0].bytes is None else []
    return told + ([found[0].use.why_none] if found and found[0].use.why_none else [])


def migration(advice: IndexAdvice) -> str:
    return snippet(advice.table_name, advice.named, [n for n in advice.replaces.split(",") if n])


def outcome(advice: IndexAdvice) -> str:
    """What became of it."""
    if advice.state == DISMISSED:
        return _("Put aside.")
    if advice.state != APPLIED:
        return _("Not there yet.")
    if not advice.many_before:
        return _("The index is there; the query was not seen before it came.")
    if advice.paid_off is None:
        return _(
            "The index is there: %(before)s calls before it, %(since)s since; too few calls to tell.",
            before=advice.many_before,
            since=advice.many_after or 0,
        )
    found = f"{times(advice)}{rows(advice)}"
    if advice.paid_off:
        return _("It paid off: %(figures)s", figures=found)
    return _("It did not pay off: %(figures)s", figures=found)


def times(advice: IndexAdvice) -> str:
    p95_before, p95 = ms(advice.p95_before), ms(advice.p95_after)
    before = per_call(advice.seconds_before, advice.many_before)
    after = per_call(advice.seconds_after, advice.many_after)
    if before is None or after is None:  # judged by a release that did not keep it
        return _("p95 %(p95_before)s before, %(p95)s now.", p95_before=p95_before, p95=p95)
    return _(
        "p95 %(p95_before)s before, %(p95)s now; a call took %(before)s before, %(after)s now.",
        p95_before=p95_before,
        p95=p95,
        before=ms(before),
        after=ms(after),
    )


def rows(advice: IndexAdvice) -> str:
    """What it gave, where that is known: less work for fewer rows is no merit of the index."""
    before = per_call(advice.rows_before, advice.many_before)
    after = per_call(advice.rows_after, advice.many_after)
    if not before or not after:
        return ""
    told = _(
        "It gave %(before)s rows a call before, %(after)s now.",
        before=number(f"{before:,.1f}"),
        after=number(f"{after:,.1f}"),
    )
    return f" {told}"


def per_call(amount: float | None, many: int | None) -> float | None:
    return amount / many if amount is not None and many else None


def ms(seconds: float | None) -> str:
    return number(f"{(seconds or 0) * 1000:.1f} ms")


def of_advice(advice: IndexAdvice) -> dict[str, Any]:
    return {
        "id": str(advice.id),
        "table": advice.table_name,
        "columns": list(advice.named),
        "name": index_name(advice.table_name, advice.named),
        "why": advice.why,
        "proof": advice.proof,
        "work_left": round(advice.share, 4),
        "fingerprint": advice.fingerprint_id.hex,
        "state": advice.state,
        "found_at": advice.found_at.isoformat(),
        "applied_at": advice.applied_at and advice.applied_at.isoformat(),
        "outcome": outcome(advice),
        "paid_off": advice.paid_off,
        "migration": migration(advice),
    }
