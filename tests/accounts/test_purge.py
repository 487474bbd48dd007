from reminder_app.accounts import service, sign_in
from reminder_app.accounts.models import SignInFailure, UserSession
from reminder_app.database import db
from tests.accounts.test_lockout import fail


def test_what_has_ended_is_forgotten_and_the_rest_stays(app, alice, later):
    service.open_session(alice.id, alice.workspace_id)
    fail(1)
    later(days=8)
    service.open_session(alice.id, alice.workspace_id)
    fail(1, "charlie@example.org")

    service.purge()

    assert db.session.query(UserSession).count() == 1
    left = db.session.query(SignInFailure).one()
    assert left.email_hash == sign_in.key("charlie@example.org")
