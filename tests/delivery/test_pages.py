import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from reminder_app.database import db, new_id, now
from reminder_app.delivery import sending_accounts, service, tally, traffic, traffic_repository
from reminder_app.delivery.models import Delivery
from reminder_app.operations import service as operations
from tests.delivery.notes import planned


@pytest.fixture
def browser(alice):
    return alice.browser()


def text(response):
    assert response.status_code == 200, response.text
    return response.text


def test_an_empty_ledger_teaches(browser):
    assert "Nothing was sent yet" in text(browser.get("/deliveries"))


def test_the_ledger_shows_each_message_and_its_state(browser, courier, plan):
    plan()
    courier.send_due(0)
    plan(state="missed", reason="It was too late.", payload={"subject": "<b>Tea</b>"})

    page = text(browser.get("/deliveries"))

    assert "Rent" in page
    assert "Sent" in page
    assert "after its time" in page
    assert "It was too late." in page
    assert "&lt;b&gt;Tea&lt;/b&gt;" in page


def test_it_is_searched_and_filtered(browser, plan, alice):
    reminder_id = new_id()
    plan(payload={"subject": "Tea"}, source_id=reminder_id)
    plan(state="failed")

    assert "Rent" not in text(browser.get("/deliveries?q=tea"))
    assert "Tea" not in text(browser.get("/deliveries?state=failed"))
    assert "Rent" not in text(browser.get(f"/deliveries?reminder_id={reminder_id}"))
    assert "No delivery matches" in text(browser.get("/deliveries?q=nobody"))
    # What is none is not asked for.
    assert "Tea" in text(browser.get("/deliveries?state=lost&reminder_id=1"))


def test_it_is_turned_both_ways(browser, alice):
    at = now()
    service.plan(
        [
            planned(alice, f"n{number:03}", due_at=at - timedelta(minutes=number),
                    payload={"subject": f"Number {number:03}"})
            for number in range(120)
        ]
    )  # fmt: skip

    first = text(browser.get("/deliveries"))
    second = text(browser.get(link(first, "next")))
    third = text(browser.get(link(second, "next")))
    back = text(browser.get(link(third, "prev")))

    assert "Number 000" in first
    assert 'rel="prev"' not in first
    assert "Number 050" in second
    assert "Number 119" in third
    assert 'rel="next"' not in third
    assert "Number 050" in back
    assert "Number 099" in back


def link(page, rel):
    return re.search(rf'rel="{rel}" href="([^"]+)"', page)[1].replace("&amp;", "&")


STORIES = [
    (
        {"state": "pending", "due_at": timedelta(hours=1), "not_before": timedelta(hours=1)},
        "It waits for its time.",
    ),
    (
        {"state": "pending", "not_before": timedelta(hours=1), "reason": "20 a second."},
        "It waits for its turn. 20 a second.",
    ),
    ({"state": "pending", "tries": 1, "reason": "451 busy"}, "tried again by itself"),
    ({"state": "pending", "reason": "The mail server is away."}, "The mail server is away."),
    ({"state": "pending"}, "It is about to go out."),
    ({"state": "handing_over"}, "being handed to the mail server right now"),
    ({"state": "unknown"}, "It is sent again by itself in a while"),
    ({"state": "unknown", "sent_again": False}, "as it must not arrive twice"),
    ({"state": "unknown", "cancelled_at": timedelta(0)}, "called off meanwhile"),
    ({"state": "held", "reason": "Quiet hours."}, "Quiet hours."),
    ({"state": "suppressed", "reason": "No address."}, "No address."),
    ({"state": "cancelled", "reason": "Done by Bob."}, "Done by Bob."),
    ({"state": "missed"}, "Its time had passed before it could go out."),
    ({"state": "failed", "is_secret": True}, "ask for a new one"),
]


@pytest.mark.parametrize(("values", "words"), STORIES)
def test_one_row_explains_itself(browser, plan, values, words):
    (delivery,) = plan()
    values = {
        name: now() + value if isinstance(value, timedelta) else value
        for name, value in values.items()
    }
    db.session.execute(update(Delivery).where(Delivery.id == delivery).values(**values))
    db.session.commit()

    page = text(browser.get(f"/deliveries/{delivery}"))

    assert words in page
    assert "Planned" in page


def test_its_timeline_has_every_try_in_the_servers_words(
    browser, courier, plan, sink, wait_for, fresh
):
    (delivery,) = plan()
    sink.refuse(451, text="4.7.1 <greylisted>", times=1)
    courier.send_due(0)
    assert "Next try" in text(browser.get(f"/deliveries/{delivery}"))
    wait_for(delivery)
    courier.send_due(0)

    page = text(browser.get(f"/deliveries/{delivery}"))

    words = ["Planned", "Handed over", "Refused for now", "Handed over", "Try 2.", "Sent"]
    places = [page.index(word) for word in words[:3]]
    assert places == sorted(places)
    assert all(word in page for word in words)
    assert "451 4.7.1 &lt;greylisted&gt;" in page
    assert fresh(delivery).message_id.replace("<", "&lt;").replace(">", "&gt;") in page


def test_a_failed_one_is_sent_again_by_a_person(browser, courier, plan, sink):
    (delivery,) = plan()
    sink.refuse(550, text="5.1.1 no such user", times=1)
    courier.send_due(0)
    page = text(browser.get(f"/deliveries/{delivery}"))
    assert "Look at the address, then send it again." in page
    assert "Send again" in page

    answer = browser.post(f"/deliveries/{delivery}/send-again")

    assert (answer.status_code, answer.location) == (303, f"/deliveries/{delivery}")
    courier.send_due(0)
    assert "The mail server took it." in text(browser.get(f"/deliveries/{delivery}"))


def test_a_viewer_sees_and_does_not_act(plan, alice, charlie, join):
    (delivery,) = plan(state="failed")
    viewer = join(alice, charlie, "viewer").browser()

    assert "Send again" not in text(viewer.get(f"/deliveries/{delivery}"))
    assert viewer.post(f"/deliveries/{delivery}/send-again").status_code == 403


def test_the_story_updates_by_itself_until_it_ends(browser, courier, plan):
    (delivery,) = plan()
    url = f"/deliveries/{delivery}/fragment"
    first = browser.get(url)
    assert (first.status_code, "every 2s" in first.text) == (200, True)
    seen = first.text.split("seen=")[1].split('"')[0]
    assert browser.get(f"{url}?seen={seen}").status_code == 204

    courier.send_due(0)

    last = browser.get(f"{url}?seen={seen}")
    assert last.status_code == 286
    assert "every 2s" not in last.text
    assert "The mail server took it." in last.text


def test_the_ledger_follows_what_is_moving(browser, courier, plan):
    plan()
    first = text(browser.get("/deliveries?state="))
    assert "every 4s" in first
    results = first.partition('id="results"')[2]
    seen = results.split("seen=")[1].split('"')[0].partition("&")[0]
    assert browser.get(f"/deliveries?seen={seen}").status_code == 204

    courier.send_due(0)

    assert "every 4s" not in text(browser.get(f"/deliveries?seen={seen}"))


def test_a_reminders_page_follows_its_messages(browser, courier, plan):
    reminder_id = new_id()
    url = f"/deliveries/fragment?reminder_id={reminder_id}"
    empty = text(browser.get(url))
    assert "every 2s" in empty
    assert "appears here by itself" in empty

    plan(source_id=reminder_id)
    waiting = text(browser.get(url))
    assert "Waiting" in waiting
    assert "every 2s" in waiting
    courier.send_due(0)

    sent = text(browser.get(url))
    assert "Sent" in sent
    assert "every 20s" in sent
    seen = sent.split("seen=")[1].split('"')[0]
    assert browser.get(f"{url}&seen={seen}").status_code == 204


def test_a_stranger_finds_no_page(plan, charlie):
    (delivery,) = plan(state="failed", source_id=(reminder_id := new_id()))
    stranger = charlie.browser()

    assert "Rent" not in text(stranger.get("/deliveries"))
    assert "Rent" not in text(stranger.get(f"/deliveries/fragment?reminder_id={reminder_id}"))
    for path in ("", "/fragment"):
        assert stranger.get(f"/deliveries/{delivery}{path}").status_code == 404
    assert stranger.post(f"/deliveries/{delivery}/send-again").status_code == 404
    assert stranger.get("/deliveries/fragment").status_code == 404


@pytest.mark.parametrize("count", [1, 40])
def test_a_page_costs_the_same_whatever_it_shows(browser, plan, count_queries, count):
    plan(count)

    with count_queries() as statements:
        text(browser.get("/deliveries"))

    # The list, what waits, and what went wrong.
    assert len([line for line in statements if "FROM deliveries" in line]) == 3


def test_the_books_are_open(browser, plan):
    assert "Nothing was asked for yet" in text(browser.get("/deliveries/balance"))
    (gone, _) = plan(2)
    assert "The books balance." in text(browser.get("/deliveries/balance"))

    db.session.execute(delete(Delivery).where(Delivery.id == gone))
    db.session.commit()

    assert "The books do not balance" in text(browser.get("/deliveries/balance"))


def test_its_life_is_told_in_order(browser, courier, plan, sink, wait_for, fresh):
    """Planned ahead, its time, a refusal, the server's yes; and what proves it."""
    (delivery,) = plan()
    set_to(delivery, created_at=now() - timedelta(hours=1))
    sink.refuse(451, text="4.7.1 later", times=1)
    courier.send_due(0)
    wait_for(delivery)
    courier.send_due(0)

    page = text(browser.get(f"/deliveries/{delivery}"))

    told = [
        "Planned",
        "by a reminder",
        "Its time came",
        "Try 1. By worker",
        "451 4.7.1 later",
        "Try 2.",
    ]
    places = [page.index(words) for words in [*told, "The proof"]]
    assert places == sorted(places)
    row = fresh(delivery)
    for proof in (row.worker, row.content_hash.hex(), str(row.id), row.key):
        assert proof in page


def set_to(delivery, **values):
    db.session.execute(update(Delivery).where(Delivery.id == delivery).values(**values))
    db.session.commit()


def test_what_comes_next_is_told(browser, plan):
    (doubt,) = plan()
    set_to(doubt, state="unknown", lease_until=now(), reason="No answer.")
    page = text(browser.get(f"/deliveries/{doubt}"))
    assert page.index("No answer") < page.index("Goes out again")

    (parked,) = plan(sent_again=False)
    set_to(parked, state="unknown", lease_until=now())
    assert "Goes out again" not in text(browser.get(f"/deliveries/{parked}"))

    (held,) = plan()
    later, over = now() + timedelta(minutes=5), now() + timedelta(hours=1)
    set_to(held, not_before=later, deadline_at=over, reason="More than the mail server takes.")
    page = text(browser.get(f"/deliveries/{held}"))
    assert page.index("Goes out") < page.rindex("More than the mail server takes.")
    assert "it is not sent any more" in page

    (due,) = plan()
    assert "As soon as its turn comes." in text(browser.get(f"/deliveries/{due}"))


def test_a_message_that_waits_says_that_sending_is_paused(browser, plan):
    waiting, gone = plan(2)
    set_to(gone, state="failed")
    sending_accounts.pause(sending_accounts.EMAIL, "Charlie")

    assert "The operator has paused sending" in text(browser.get(f"/deliveries/{waiting}"))
    assert "has paused" not in text(browser.get(f"/deliveries/{gone}"))
    assert "The operator has paused sending" in text(browser.get("/deliveries?state=failed"))


def test_the_figures_stand_above_the_ledger(browser, courier, plan, later):
    assert "nothing waits" in text(browser.get("/deliveries"))
    plan(4)
    courier.send_due(0)
    tally.count_up()
    plan(2)
    set_to(plan()[0], state="failed")

    page = text(browser.get("/deliveries"))

    assert "done in about" in page
    assert "Mails a minute: 4 in the last hour, 4 in the busiest" in page
    assert '<rect class="bar' in page
    assert "/deliveries?state=failed" in page


def test_what_stands_still_says_so(browser, plan, later):
    plan(3)
    later(minutes=3)

    page = text(browser.get("/deliveries"))

    assert "nothing went out in the last minute" in page
    assert "none until a few seconds ago" in page
    assert "3 min" in page


def test_large_numbers_end_in_a_plus(browser, plan, monkeypatch):
    monkeypatch.setattr(traffic, "MOST", 2)
    monkeypatch.setattr(traffic_repository, "MOST", 2)
    plan(5)

    assert "<strong>2+</strong>" in text(browser.get("/deliveries"))


def test_the_figures_follow_what_happens(browser, plan):
    seen = text(browser.get("/deliveries/now")).split("seen=")[1].split('"')[0]
    assert browser.get(f"/deliveries/now?seen={seen}").status_code == 204

    plan()

    assert "1 waiting" in text(browser.get(f"/deliveries/now?seen={seen}"))


def test_the_page_says_its_own_trouble_and_that_of_sending(browser, plan, later):
    """Two banners that are not each other's."""
    plan()
    later(minutes=3)
    for name in ("beat", "worker"):
        operations.beat(name)
    sending_accounts.pause(sending_accounts.EMAIL, "Charlie")

    page = text(browser.get("/deliveries"))

    assert "Reminders cannot go out right now: the operator has paused sending." in page
    assert "Macro" not in page


def test_a_workspaces_own_account_is_shown_and_its_admins_pause_it(alice, bob, charlie, browser):
    name = f"email.{new_id().hex}"
    sending_accounts.add(name, alice.workspace_id, "Mail of the shop")
    page = browser.get("/deliveries").text
    assert "Mail of the shop" in page
    assert "Mail of the shop" not in charlie.browser().get("/deliveries").text

    assert browser.post(f"/deliveries/accounts/{name}/pause").status_code == 303
    paused = sending_accounts.find(name, alice.workspace_id)
    assert (paused.is_paused, paused.paused_by) == (True, "Alice")
    assert "has paused sending through Mail of the shop" in browser.get("/deliveries").text

    assert browser.post(f"/deliveries/accounts/{name}/resume").status_code == 303
    assert not sending_accounts.find(name, alice.workspace_id).is_paused


def test_nobody_else_pauses_it_and_nobody_there_pauses_the_sites(alice, bob, charlie, browser):
    name = f"email.{new_id().hex}"
    sending_accounts.add(name, alice.workspace_id, "Mail of the shop")

    assert charlie.browser().post(f"/deliveries/accounts/{name}/pause").status_code == 404
    assert bob.browser().post(f"/deliveries/accounts/{name}/pause").status_code in {403, 404}
    assert browser.post("/deliveries/accounts/email/pause").status_code == 404
    assert not sending_accounts.find(name, alice.workspace_id).is_paused
