"""Why a message did not go: kept in English, and said in the language of whoever reads it."""

import ast
import html
import re

import pytest

from reminder_app.accounts.models import User
from reminder_app.database import db, new_id, now
from reminder_app.delivery import service
from reminder_app.delivery.letters import PERMANENT
from reminder_app.delivery.models import Attempt, Delivery
from reminder_app.translations import gettext, speaking
from tests.architecture.tree import APP, tree
from tests.delivery.notes import planned

FOLDERS = ("delivery", "delivery/channels", "delivery/endpoints", "delivery/senders")
# What these tell a person who writes an address is the reason too, where the address stays.
TOLD_AS_WELL = {"addresses.py", "apprise_library.py"}
REASONS = {"SendError", "OursAlone", "NotWanted"}
PLACE = re.compile(r"%\((\w+)\)s")


def modules():
    return [path for folder in FOLDERS for path in sorted((APP / folder).glob("*.py"))]


def calls(path, names):
    found = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    return [one for one in found if getattr(one.func, "id", "") in names]


def literals():
    """Every sentence that is kept."""
    return sorted(
        {
            call.args[0].value
            for path in modules()
            for call in calls(
                path, {"N_", "_", "lazy_gettext"} if path.name in TOLD_AS_WELL else {"N_"}
            )
        }
    )


def with_values(source: str) -> dict[str, str]:
    return {name: f"zebra {name}" for name in PLACE.findall(source)}


@pytest.fixture
def pages(alice):
    """The ledger and each delivery's page, as alice reads them in German: {source: {where: page}}."""
    sources = literals()
    service.plan([planned(alice, key=source[:200]) for source in sources])
    by_source = {row.key: row for row in db.session.query(Delivery)}
    for source in sources:
        fail(by_source[source[:200]], source % with_values(source))
    db.session.get_one(User, alice.id).locale = "de"
    db.session.commit()
    browser = alice.browser()
    ledger = "".join(all_of(browser))
    return {
        source: {
            "ledger": ledger,
            "page": text_of(browser, f"/deliveries/{by_source[source[:200]].id}"),
        }
        for source in sources
    }


def fail(row: Delivery, reason: str) -> None:
    row.state, row.reason, row.attempts, row.tries = "failed", reason[:255], 1, 1
    told = {"worker": "w", "started_at": now(), "finished_at": now(), "reason": "provider"}
    row.history.append(
        Attempt(id=new_id(), number=1, outcome=PERMANENT, answer=reason[:255], **told)
    )


def all_of(browser):
    asked = "/deliveries"
    while asked:
        page = text_of(browser, asked)
        yield page
        older = re.search(r'href="(/deliveries\?[^"]*older_than=[^"]+)"', page)
        asked = older and older[1]


def text_of(browser, path: str) -> str:
    return html.unescape(browser.get(path).text)


def test_each_is_said_in_german_in_the_ledger_and_on_its_own_page(pages):
    assert len(pages) > 60
    wrong = []
    for source, shown in pages.items():
        with speaking("de"):
            said = gettext(source, **with_values(source))
        wrong += [(where, source) for where, page in shown.items() if said not in page]
    assert wrong == []


def test_none_is_put_together_from_pieces():
    """A sentence with its values in it is known again by its own text alone."""
    wrong = [
        f"{path.name}:{call.lineno}"
        for path in modules()
        for call in calls(path, REASONS)
        if any(isinstance(node, ast.JoinedStr) for node in ast.walk(call))
    ]
    assert wrong == []
