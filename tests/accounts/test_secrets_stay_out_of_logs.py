import logging

from reminder_app.web.logs import FORMAT, Redacted
from tests.accounts.mailbox import letters, path_in
from tests.accounts.test_sign_in import enter
from tests.accounts.test_tokens_page import FORM, secret_in

NEW = "four words in a row"
A_FILE = "01890000-0000-7000-8000-000000000000"


def lines(caplog) -> str:
    return "\n".join(Redacted(FORMAT).format(record) for record in caplog.records)


def all_records(caplog):
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(lambda record: setattr(record, "request_id", "-") or True)


def test_signing_in_and_out_writes_no_secret(app, alice, caplog):
    all_records(caplog)
    client = app.test_client()
    enter(client)
    enter(app.test_client(), password="a wrong password")
    secret = client.get_cookie("sid").value
    client.get("/settings/security")
    client.post("/sign-out")

    assert secret not in lines(caplog)
    assert "correct horse" not in lines(caplog)
    assert "a wrong password" not in lines(caplog)


def test_a_reset_writes_neither_link_nor_password(app, alice, caplog):
    all_records(caplog)
    app.test_client().post("/reset", data={"email": alice.email})
    link = path_in(letters()[-1])
    app.test_client().post(link, data={"password": NEW})

    assert link.rpartition("/")[2] not in lines(caplog)
    assert NEW not in lines(caplog)


def test_a_token_is_never_written(app, alice, caplog):
    all_records(caplog)
    secret = secret_in(alice.browser().post("/settings/tokens", data=FORM).text)
    app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})

    assert secret not in lines(caplog)


def test_what_breaks_with_a_secret_at_hand_does_not_tell_it(app, alice, caplog, monkeypatch):
    """The line of an unexpected error holds the path: the links in it are cut out."""
    all_records(caplog)

    def broken(*_args):
        raise RuntimeError("broken")

    monkeypatch.setattr("reminder_app.accounts.reset.owner", broken)
    monkeypatch.setattr("reminder_app.workspaces.invitations.look", broken)
    monkeypatch.setattr("reminder_app.calendars.feeds.content", broken)
    monkeypatch.setattr("reminder_app.reminders.act_link.read", broken)
    with_tokens = [one.rule for one in app.url_map.iter_rules() if "<token>" in one.rule]
    for rule in with_tokens:
        path = rule.replace("<token>", "the-secret-of-a-link").replace(
            "<uuid:attachment_id>", A_FILE
        )
        app.test_client().get(path)
        app.test_client().post(path)

    assert lines(caplog).count("RuntimeError: broken") >= len(with_tokens)
    assert "the-secret-of-a-link" not in lines(caplog)
