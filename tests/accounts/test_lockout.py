import threading

import pytest

from reminder_app.accounts import reset, sign_in
from reminder_app.accounts.models import SignInFailure
from reminder_app.accounts.site import Site
from reminder_app.database import clock, db
from reminder_app.errors import Invalid, TooMany
from tests.accounts.mailbox import letters
from tests.accounts.test_sign_in import enter
from tests.conftest import PASSWORD

KNOWN, UNKNOWN = "alice@example.org", "nobody@example.org"
wait_after = sign_in.wait_after


@pytest.fixture(autouse=True)
def minutes(monkeypatch) -> None:
    """Instead of seconds, of which a slow machine needs some."""
    monkeypatch.setattr(sign_in, "wait_after", lambda failures: 60 * wait_after(failures))


def fail(times, email=KNOWN):
    for _ in range(times):
        with pytest.raises(Invalid):
            sign_in.sign_in(email, "wrong password")


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_after_five_failures_one_waits(app, alice, email):
    fail(5, email)

    with pytest.raises(TooMany) as caught:
        sign_in.sign_in(email, PASSWORD)

    assert 1 <= caught.value.retry_after <= 61


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_the_page_says_how_long_and_keeps_the_address(app, alice, email):
    fail(5, email)

    r = enter(app.test_client(), email)

    assert r.status_code == 429
    assert int(r.headers["Retry-After"]) >= 1
    assert f'value="{email}"' in r.text
    assert PASSWORD not in r.text


def test_a_known_address_locks_with_the_same_words(app, alice):
    fail(5, KNOWN)
    fail(5, UNKNOWN)

    known, unknown = enter(app.test_client(), KNOWN), enter(app.test_client(), UNKNOWN)

    assert known.text.count("many tries") == unknown.text.count("many tries") > 0


def test_it_doubles_up_to_a_quarter_of_an_hour():
    waits = [wait_after(n) for n in range(1, 40)]

    assert waits[:8] == [0, 0, 0, 0, 1, 2, 4, 8]
    assert max(waits) == 900
    assert waits[-1] == 900


def test_it_is_over_after_the_wait(app, alice, later):
    fail(5)
    later(minutes=2)

    assert sign_in.sign_in(KNOWN, PASSWORD)


def test_the_right_password_clears_the_count(app, alice, later):
    fail(5)
    later(minutes=2)
    sign_in.sign_in(KNOWN, PASSWORD)

    fail(4)

    assert sign_in.sign_in(KNOWN, PASSWORD)


def test_a_day_without_failures_forgets_them(app, alice, later):
    fail(5)
    later(hours=25)

    fail(4)

    assert sign_in.sign_in(KNOWN, PASSWORD)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("alice@bücher.example", "ALICE@xn--bcher-kva.example"),
        ("alice@bücher.example", "alice@bu\u0308cher.example"),
        (KNOWN, " Alice@EXAMPLE\u3002org "),
        ("nobody at home", "Nobody at home "),
    ],
)
def test_however_it_is_spelled_an_address_has_one_count(app, alice, one, same):
    fail(3, one)
    fail(2, same)

    for email in (one, same):
        with pytest.raises(TooMany):
            sign_in.sign_in(email, PASSWORD)


def test_other_people_are_not_locked(app, alice, charlie):
    fail(5)

    assert sign_in.sign_in("charlie@example.org", PASSWORD)


def test_tries_at_the_same_moment_are_all_counted(app, alice):
    answers = []

    def attempt():
        with app.app_context():
            try:
                sign_in.sign_in(KNOWN, "wrong password")
            except (Invalid, TooMany) as error:
                answers.append(type(error))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 12
    assert answers.count(Invalid) <= 5 + 1
    assert db.session.query(SignInFailure).one().failures == answers.count(Invalid)


def test_a_new_password_by_mail_unlocks(app, alice):
    site = Site("http://localhost", ["k" * 40])
    fail(5)

    reset.ask(KNOWN, site)
    token = letters()[-1].payload["link"].rpartition("/")[2]
    reset.choose(token, site, "four words in a row")

    assert sign_in.sign_in(KNOWN, "four words in a row")


def test_no_address_is_kept_in_the_table(app, alice):
    fail(1, UNKNOWN)

    assert len(db.session.query(SignInFailure).one().email_hash) == 32
    assert clock.offset().total_seconds() == 0
