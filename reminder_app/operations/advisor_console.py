"""What an operator may ask of a query, whichever way it comes in: counted, noted, and refused in words."""

import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from reminder_app.database import capabilities, db
from reminder_app.database.advisor.refusal import Refused
from reminder_app.database.monitor.fingerprint import normal, without_texts
from reminder_app.errors import Invalid, refuse
from reminder_app.operations.console import note, operator
from reminder_app.operations.layer_showing import told
from reminder_app.translations import lazy_gettext
from reminder_app.web import limits

if TYPE_CHECKING:
    from reminder_app.database.advisor.questions import Analysis, Optimisation, Question

R = TypeVar("R")
RATE = "20 per minute; 200 per hour"
ONE_OF_TWO = lazy_gettext('Send {"query": "SELECT …"} or {"fingerprint": "…"}, and nothing else.')
NO_FINGERPRINT = lazy_gettext("This is no fingerprint of a query: see /db-monitor/performance.")
MOST_NOTED = 300


def analysed(asked: object) -> "Analysis":
    return in_words(lambda: question(asked, "explained").analysed())


def optimised(asked: object) -> "Optimisation":
    return in_words(lambda: question(asked, "asked for an index for").optimised())


def in_words(answer: Callable[[], R]) -> R:
    """Raises Invalid, TooMany."""
    try:
        return answer()
    except Refused as refused:
        reason = told(refused.reason)
        raise Invalid(reason, query=reason) from refused


def question(asked: object, action: str) -> "Question":
    given = fields(asked)
    limits.spend("explain", str(operator().user_id), RATE)
    # Before it is looked at: who tries what is refused is what one wants to read afterwards.
    note(action, noted(given))
    # The parser takes up to 17 MB and a third of a second: only of processes that somebody asks.
    from reminder_app.database.advisor.questions import Question  # noqa: PLC0415 - heavy, see above

    return Question(given.get("query"), fingerprint(given))


def fields(asked: object) -> Mapping[str, Any]:
    if (
        not isinstance(asked, Mapping)
        or len(asked) != 1
        or not {"query", "fingerprint"} & set(asked)
    ):
        refuse("body", str(ONE_OF_TWO))
    return asked


def fingerprint(given: Mapping[str, Any]) -> uuid.UUID | None:
    if "fingerprint" not in given:
        return None
    try:
        return uuid.UUID(hex=given["fingerprint"])
    except (ValueError, AttributeError, TypeError):
        refuse("fingerprint", str(NO_FINGERPRINT))


def noted(given: Mapping[str, Any]) -> str:
    """Without its values, and on one line."""
    text = given.get("query", given.get("fingerprint"))
    if not isinstance(text, str):
        return ascii(type(text).__name__)
    if capabilities.of(db.engine).is_server:
        text = without_texts(text)
    return ascii(normal(text)[:MOST_NOTED])
