"""People, their sessions and their tokens: what all other use cases here build on."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from reminder_app.accounts import credentials, details, repository
from reminder_app.accounts.devices import UNKNOWN, Browser
from reminder_app.accounts.models import ApiToken, User, UserSession
from reminder_app.database import Page, now, one_of_each, routing, transaction
from reminder_app.errors import Conflict, NotFound, refuse
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _

log = logging.getLogger(__name__)
LONGEST_SESSION, IDLE_SESSION = timedelta(days=30), timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # how exact "last seen" is; each sight costs a write
FAILURES_KEPT = timedelta(days=1)
TOKENS_KEPT = timedelta(days=30)  # after their end, so that one sees what became of them
MOST_SHOWN = 100
SHOWN = 16  # letters of a token that stay visible
CLOSED = N_("This account is closed.")
TAKEN = lazy_gettext("There is an account with this address already.")
one_per_address = one_of_each("email", TAKEN)


@one_per_address
def create_user(
    email: str, password: str, *, name: str = "", time_zone: str = "UTC", locale: str = "en"
) -> User:
    """Raises Invalid, and Conflict when the address is taken."""
    # Hashed before the transaction: it takes long, and nobody else could write meanwhile.
    password_hash = hashed(password)
    return add_user(email, password_hash, name=name, time_zone=time_zone, locale=locale)


@transaction
def add_user(
    email: str, password_hash: str, *, name: str = "", time_zone: str = "UTC", locale: str = "en"
) -> User:
    values = details.clean(email=email, name=name, time_zone=time_zone, locale=locale)
    if repository.user_by_email(values["email"]):
        raise Conflict(TAKEN, email=TAKEN)
    user = User(password_hash=password_hash, **values)
    repository.add(user)
    return user


def check_new_password(password: str, email: str, field: str = "password") -> None:
    """May people choose it? Raises Invalid naming `field`."""
    why = credentials.refusal(password) or credentials.weakness(password, email)
    if why:
        refuse(field, why)


def hashed(password: str, field: str = "password") -> str:
    """Raises Invalid naming `field` when it is too short or too long."""
    if why := credentials.refusal(password):
        refuse(field, why)
    return credentials.hash_password(password)


def get_user(user_id: uuid.UUID) -> User:
    user = repository.get_user(user_id)
    if user is None:
        raise NotFound(_("There is no such account."))
    return user


def browse(q: str, *, cursor: str | None = None, limit: int = 50) -> Page[User]:
    """Everybody's, by address: for whoever runs this server."""
    return repository.browse_users(q, cursor, limit)


def find_user(email: str) -> User | None:
    """By the address as it is stored: lower case, a domain with umlauts as mail servers have it."""
    return repository.user_by_email(details.typed_email(email))


def account_of(email: str) -> User:
    """For whoever runs the server; raises NotFound."""
    user = find_user(email)
    if user is None:
        raise NotFound(_("There is no account for %(email)s.", email=email))
    return user


@transaction
def make_superuser(email: str) -> User:
    user = account_of(email)
    user.is_superuser = True
    log.warning("user %s is a superuser now", user.id)
    return user


@transaction
def work_in(user_id: uuid.UUID, session_id: uuid.UUID | None, workspace_id: uuid.UUID) -> None:
    """This session acts there from now on, and the next sign-in too."""
    get_user(user_id).workspace_id = workspace_id
    if session_id:
        repository.move_session(session_id, workspace_id)


@transaction
def open_session(
    user_id: uuid.UUID, workspace_id: uuid.UUID | None, browser: Browser = UNKNOWN
) -> str:
    """The secret for the cookie; only its hash is kept. Ends the session it takes the place of."""
    drop_session(browser)
    secret, at = credentials.new_secret(), now()
    repository.add(
        UserSession(
            token_hash=credentials.digest(secret),
            user_id=user_id,
            workspace_id=workspace_id,
            user_agent=browser.user_agent[:255],
            address=browser.address[:45],
            created_at=at,
            seen_at=at,
            expires_at=at + IDLE_SESSION,
        )
    )
    return secret


def sessions(user_id: uuid.UUID) -> Sequence[UserSession]:
    """Those that are alive, the last seen first."""
    return repository.sessions(user_id, now(), MOST_SHOWN)


@transaction
def end_session(user_id: uuid.UUID, session_id: uuid.UUID) -> None:
    if not repository.end_session(user_id, session_id):
        raise NotFound(_("There is no such session."))


@transaction
def drop_session(browser: Browser) -> None:
    """The one that came with this request, whoever's it is: its cookie is given up."""
    if browser.session_id:
        repository.drop_session(browser.session_id)


@transaction
def end_sessions(user_id: uuid.UUID, *, keep: uuid.UUID | None = None) -> int:
    return repository.end_sessions(user_id, keep)


def saw_session(session: UserSession) -> None:
    """Keep it alive: seven days from now, thirty from its beginning. Rarely a write."""
    at = now()
    if at - session.seen_at >= SEEN_EVERY:
        until = min(at + IDLE_SESSION, session.created_at + LONGEST_SESSION)
        routing.in_passing(transaction(repository.touch_session), session.id, at, until)


def saw_token(token: ApiToken) -> None:
    at = now()
    if token.used_at is None or at - token.used_at >= SEEN_EVERY:
        routing.in_passing(transaction(repository.touch_token), token.id, at)


@transaction
def create_token(
    user_id: uuid.UUID,
    workspace_id: uuid.UUID,
    *,
    name: str,
    scopes: list[str],
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """The row and the token itself, which is never shown again."""
    secret = credentials.new_token()
    token = ApiToken(
        token_hash=credentials.digest(secret),
        prefix=secret[:SHOWN],
        name=name,
        user_id=user_id,
        workspace_id=workspace_id,
        scopes=scopes,
        created_at=now(),
        expires_at=expires_at,
    )
    repository.add(token)
    log.info("user %s made token %s: %s", user_id, token.id, " ".join(scopes))
    return token, secret


@transaction
def revoke_tokens(user_id: uuid.UUID, workspace_id: uuid.UUID) -> int:
    """All that this person made for this workspace."""
    return repository.revoke_tokens(user_id, workspace_id, now())


@transaction
def purge() -> None:
    """Forget ended sessions, old failures, and tokens that ended a month ago."""
    at = now()
    sessions = repository.purge_sessions(at)
    failures = repository.purge_failures(at - FAILURES_KEPT)
    tokens = repository.purge_tokens(at - TOKENS_KEPT)
    log.info("forgot %d sessions, %d failed sign-ins, %d tokens", sessions, failures, tokens)
