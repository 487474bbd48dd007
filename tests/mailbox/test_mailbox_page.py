from email.message import EmailMessage

import pytest

from reminder_app.accounts import service as accounts
from reminder_app.mailbox.pages import in_new_tabs

NAME = "20261121T090000.000000Z-0badcafe.eml"


@pytest.fixture
def mailbox(settings):
    settings.mailbox_path.mkdir(exist_ok=True)
    yield settings.mailbox_path
    for path in settings.mailbox_path.iterdir():
        path.unlink()


@pytest.fixture
def mail(mailbox):
    message = EmailMessage()
    message["To"] = "alice@example.org"
    message["Subject"] = "Rent <b>due</b>"
    message.set_content("Done: http://localhost/done/abc\n<script>alert(1)</script>")
    message.add_alternative("<p>Pay</p><script>alert(1)</script>", subtype="html")
    (mailbox / NAME).write_bytes(message.as_bytes())
    return NAME


def test_a_stranger_is_asked_to_sign_in(app, mail):
    for path in ("/mailbox", f"/mailbox/{mail}", f"/mailbox/{mail}/html"):
        assert app.test_client().get(path).status_code == 303


def test_an_empty_mailbox_says_how_to_fill_it(alice, mailbox):
    page = alice.browser().get("/mailbox").text

    assert "No mail yet" in page
    assert "For development only" in page


def test_the_list_shows_what_came_in(alice, mail):
    page = alice.browser().get("/mailbox").text

    assert "Rent &lt;b&gt;due&lt;/b&gt;" in page
    assert "alice@example.org" in page


def test_one_sees_only_what_went_to_oneself(alice, charlie, mail):
    client = charlie.browser()

    assert "No mail yet" in client.get("/mailbox").text
    for path in (f"/mailbox/{mail}", f"/mailbox/{mail}/html"):
        assert client.get(path).status_code == 404


def test_a_superuser_sees_the_mail_of_everybody(charlie, mail):
    accounts.make_superuser(charlie.email)
    client = charlie.browser()

    assert "Rent &lt;b&gt;due" in client.get("/mailbox").text
    assert client.get(f"/mailbox/{mail}").status_code == 200


def test_polling_gets_the_list_alone_and_nothing_while_nothing_is_new(alice, mail):
    def poll(newest):
        query, headers = {"newest": newest}, {"HX-Request": "true"}
        return alice.browser().get("/mailbox", query_string=query, headers=headers)

    fresh = poll("")
    assert fresh.status_code == 200
    assert fresh.text.startswith('<div id="mails"')
    assert "<html" not in fresh.text
    assert poll(NAME).status_code == 204


def test_the_text_is_escaped_and_its_links_work(alice, mail):
    page = alice.browser().get(f"/mailbox/{mail}").text

    assert '<a href="http://localhost/done/abc"' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_html_is_served_for_the_frame_alone_and_can_only_open_new_tabs(alice, mail):
    page = alice.browser().get(f"/mailbox/{mail}").text
    answer = alice.browser().get(f"/mailbox/{mail}/html")

    allowed = "allow-popups allow-popups-to-escape-sandbox"
    assert f'sandbox="{allowed}"' in page
    assert answer.text.startswith('<base target="_blank"><p>Pay</p>')
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith(f"sandbox {allowed}; default-src 'none';")
    assert "script" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_new_tabs_are_asked_for_inside_the_head_where_there_is_one():
    head = "<!doctype html><html><HEAD lang=en>"

    assert in_new_tabs(f"{head}<base href=/x>") == f'{head}<base target="_blank"><base href=/x>'


def test_a_mail_that_is_not_there_is_not_found(alice, mailbox):
    assert alice.browser().get("/mailbox/nothing.eml").status_code == 404
    assert alice.browser().get("/mailbox/..%2fsecret_key").status_code == 404
