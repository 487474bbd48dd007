from datetime import timedelta

from reminder_app.accounts import service, sign_in, tokens
from reminder_app.accounts.models import SignInFailure, UserSession
from reminder_app.database import db, now
from tests.accounts.test_lockout import fail


def test_a_token_stays_in_sight_for_a_month_after_its_end(app, alice, later):
    for_good = alice.api("me:read")
    tokens.create(
        alice.id,
        alice.workspace_id,
        ["me:read"],
        name="Ends",
        wanted=["me:read"],
        expires_at=now() + timedelta(days=5),
    )
    revoked = tokens.create(
        alice.id, alice.workspace_id, ["me:read"], name="Revoked", wanted=["me:read"]
    )[0]
    later(days=1)
    tokens.revoke(alice.id, alice.workspace_id, revoked.id)

    assert names_after_purge(alice) == ["Revoked", "Ends", "test"]
    later(days=31)
    assert names_after_purge(alice) == ["Ends", "test"]
    later(days=5)
    assert names_after_purge(alice) == ["test"]
    assert for_good.get("/api/v1/me").status_code == 200


def names_after_purge(person):
    service.purge()
    return [token.name for token in tokens.browse(person.id, person.workspace_id).items]


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
