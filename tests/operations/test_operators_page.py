"""What an operator sees of all workspaces, and does: pausing and resuming."""

from reminder_app.accounts.models import User
from reminder_app.database import db
from reminder_app.delivery import sending_accounts, tally
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.sending_accounts import FREE
from reminder_app.operations import service, sightings

GETS, POSTS = ("/operations", "/operations/now"), ("pause", "resume")


def text(answer) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text


def status() -> sending_accounts.Status:
    return sending_accounts.status()[0]


def test_for_everybody_else_there_is_no_such_page(alice, bob):
    for person in (alice, bob):
        browser = person.browser()
        assert [browser.get(path).status_code for path in GETS] == [404, 404]
        for how in POSTS:
            assert browser.post(f"/operations/accounts/email/{how}").status_code == 404
        assert "/operations" not in text(browser.get("/deliveries"))

    assert not status().is_paused


def test_who_is_not_signed_in_is_asked_to(app):
    assert app.test_client().get("/operations").location.startswith("/sign-in")


def test_it_shows_the_figures_of_all_and_nothing_of_what_is_in_them(operator, alice):
    message = Planned(
        key="k", source_kind="reminder", address="secret@example.org", template="note",
        payload={"subject": "Only ours"}, workspace_id=alice.workspace_id,
    )  # fmt: skip
    delivery.plan([message])
    for part in ("beat", "worker"):
        service.beat(part)
    sightings.note("mail-1:17:abcd", 2, 2_048)
    tally.count_up()

    page = text(operator.get("/operations"))

    assert "1 waiting" in page
    assert "mail-1:17:abcd" in page
    assert "2 journals" in page
    assert "at work" in page
    assert "Only ours" not in page
    assert "secret@example.org" not in page


def test_without_a_worker_it_says_so(operator):
    assert "No worker was seen" in text(operator.get("/operations"))


def test_pausing_and_resuming(operator, alice):
    answer = operator.post("/operations/accounts/email/pause")
    assert (answer.status_code, answer.location) == (303, "/operations")
    assert status().is_paused

    page = text(operator.get("/operations"))
    assert "Charlie has paused sending" in page
    assert "/operations/accounts/email/resume" in page
    theirs = text(alice.browser().get("/deliveries"))
    assert "The operator has paused sending" in theirs
    assert "Charlie" not in theirs
    assert "/operations" not in theirs

    operator.post("/operations/accounts/email/resume")

    assert not status().is_paused
    assert "Sending goes on." in text(operator.get("/operations"))
    assert "has paused" not in text(alice.browser().get("/deliveries"))


def test_the_mail_servers_trouble_is_told_in_its_words_to_the_operator_alone(operator, alice):
    said = "421 4.3.2 <closing> on bob@x.org for now"
    sending_accounts.broke("email", said, sending_accounts.FREE)

    page = text(operator.get("/operations"))
    assert "is in trouble" in page
    assert "421 4.3.2 &lt;closing&gt; on … for now" in page
    assert "Try now" in page
    theirs = text(alice.browser().get("/deliveries"))
    assert "is in trouble" in theirs
    assert "It answers 421 4.3.2." in theirs
    assert "closing" not in theirs

    operator.post("/operations/accounts/email/resume")

    assert status().is_broken  # until somebody has seen it work


def test_an_account_that_is_none_is_not_paused(operator):
    assert operator.post("/operations/accounts/pigeon/pause").status_code == 404


def test_it_follows_what_happens(operator):
    seen = text(operator.get("/operations/now")).split("seen=")[1].split('"')[0]
    assert operator.get(f"/operations/now?seen={seen}").status_code == 204

    sending_accounts.pause("email", "Charlie")

    assert operator.get(f"/operations/now?seen={seen}").status_code == 200


def test_in_german_refusals_and_what_is_wrong_are_too(operator, charlie):
    db.session.get_one(User, charlie.id).locale = "de"
    db.session.commit()
    sending_accounts.broke("email", "The server cannot be reached: no route", FREE)

    refused = operator.post("/operations/accounts/pigeon/pause").text
    page = text(operator.get("/operations"))

    assert "Dieses Konto gibt es nicht." in refused
    assert "cannot be reached" not in page
    assert "Der Server ist nicht erreichbar: no route" in page
