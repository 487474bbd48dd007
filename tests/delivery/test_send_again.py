"""Dead letters sent again, all that a list shows in one go."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from reminder_app.database import db, new_id, now
from reminder_app.delivery import resending
from reminder_app.delivery.models import Delivery

AGAIN = "/deliveries/send-again"


@pytest.fixture
def browser(alice):
    return alice.browser()


def set_to(ids, **values) -> None:
    db.session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(**values))
    db.session.commit()


def states(ids, fresh) -> list[str]:
    return [fresh(one).state for one in ids]


def failed(plan, count: int, **fields) -> list:
    ids = plan(count, **fields)
    set_to(ids, state="failed", reason="550 no", tries=3, attempts=3, message_id="<m@x>")
    return ids


def text(answer) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text


def test_all_that_failed_go_out_again_as_the_same_messages(browser, plan, courier, sink, fresh):
    ids = failed(plan, 3)
    page = text(browser.get("/deliveries?state=failed"))
    assert "Send all of these again" in page

    answer = browser.post(AGAIN, data={"state": "failed"})

    assert (answer.status_code, answer.location) == (303, "/deliveries?state=failed")
    shown = text(browser.get(answer.location))
    assert "3 messages go out again now." in shown
    assert "What was sent again is under Waiting first" in shown
    assert 'hx-trigger="every 4s"' in shown  # what is refused once more comes back
    assert states(ids, fresh) == ["pending"] * 3
    courier.send_due(0)
    assert states(ids, fresh) == ["sent"] * 3
    assert {fresh(one).message_id for one in ids} == {"<m@x>"}


def test_one_is_told_as_one(browser, plan):
    failed(plan, 1)

    answer = browser.post(AGAIN, data={"state": "failed"}, follow_redirects=True)

    assert "One message goes out again now." in text(answer)


def test_the_filter_of_the_list_holds(browser, plan, fresh):
    reminder_id = new_id()
    (tea,) = failed(plan, 1, payload={"subject": "Tea", "text": "-"})
    (one,) = failed(plan, 1, source_id=reminder_id)
    (other,) = failed(plan, 1)
    (missed,) = plan(state="missed")

    browser.post(AGAIN, data={"state": "failed", "q": "tea"})
    assert states([tea, one, other, missed], fresh) == ["pending", "failed", "failed", "missed"]
    browser.post(AGAIN, data={"state": "failed", "reminder_id": str(reminder_id)})
    assert states([one, other, missed], fresh) == ["pending", "failed", "missed"]
    browser.post(AGAIN, data={"state": "missed"})
    assert states([other, missed], fresh) == ["failed", "pending"]


def test_what_is_forgotten_stays_as_it_is(browser, plan, fresh):
    old, secret = failed(plan, 2)
    set_to([old], payload=None)
    set_to([secret], is_secret=True)

    answer = browser.post(AGAIN, data={"state": "failed"}, follow_redirects=True)

    assert "None of these can go out again" in text(answer)
    assert states([old, secret], fresh) == ["failed", "failed"]


def test_a_doubt_of_one_use_can_still_go_out(browser, plan, fresh):
    ids = plan(1, is_secret=True)
    set_to(ids, state="unknown")

    browser.post(AGAIN, data={"state": "unknown"})

    assert states(ids, fresh) == ["pending"]


def test_a_limit_keeps_it_short_and_says_that_there_are_more(browser, plan, fresh, monkeypatch):
    monkeypatch.setattr(resending, "MOST_AT_ONCE", 2)
    at = now()
    ids = [failed(plan, 1, due_at=at - timedelta(hours=hours))[0] for hours in (3, 2, 1)]

    answer = browser.post(AGAIN, data={"state": "failed"}, follow_redirects=True)

    assert "2 messages go out again now. There are more" in text(answer)
    assert states(ids, fresh) == ["pending", "pending", "failed"]  # oldest first


@pytest.mark.parametrize("state", ["", "sent", "pending", "cancelled", "lost"])
def test_nothing_else_is_sent_again(browser, plan, fresh, state):
    (sent,) = plan(state="sent")

    assert browser.post(AGAIN, data={"state": state}).status_code == 422
    assert fresh(sent).state == "sent"


def test_only_where_it_makes_sense_it_is_offered(browser, plan):
    failed(plan, 1)

    assert "Send all of these again" not in text(browser.get("/deliveries"))
    assert "Send all of these again" not in text(browser.get("/deliveries?state=missed"))


def test_who_may_not_act_is_not_asked(plan, alice, charlie, join, fresh):
    (one,) = failed(plan, 1)
    stranger = charlie.browser()
    assert stranger.post(AGAIN, data={"state": "failed"}).status_code == 303
    viewer = join(alice, charlie, "viewer").browser()

    assert "Send all" not in text(viewer.get("/deliveries?state=failed"))
    assert viewer.post(AGAIN, data={"state": "failed"}).status_code == 403
    assert fresh(one).state == "failed"


@pytest.mark.parametrize("count", [2, 400])
def test_it_costs_a_few_statements(alice, plan, count_queries, count):
    failed(plan, count)

    with count_queries() as statements:
        resending.send_all_again(alice.workspace_id, state="failed")

    assert len(statements) <= 4  # the last one tells who asked for it
