import uuid
from datetime import datetime, timedelta

from reminder_app.accounts import credentials, repository
from reminder_app.accounts.models import ApiToken, User, UserSession
from reminder_app.database import now, transaction

SESSION_DAYS = 30
SHOWN = 16  # letters of a token that stay visible


@transaction
def create_user(
    email: str, password: str, *, name: str = "", time_zone: str = "UTC", locale: str = "en"
) -> User:
    user = User(
        email=email.strip().lower(),
        password_hash=credentials.hash_password(password),
        name=name,
        time_zone=time_zone,
        locale=locale,
    )
    repository.add(user)
    return user


@transaction
def open_session(
    user_id: uuid.UUID, workspace_id: uuid.UUID | None, *, user_agent: str = "", address: str = ""
) -> str:
    """The secret for the cookie; only its hash is kept."""
    secret, at = credentials.new_secret(), now()
    repository.add(
        UserSession(
            token_hash=credentials.digest(secret),
            user_id=user_id,
            workspace_id=workspace_id,
            user_agent=user_agent[:255],
            address=address[:45],
            created_at=at,
            seen_at=at,
            expires_at=at + timedelta(days=SESSION_DAYS),
        )
    )
    return secret


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
    return token, secret


def purge() -> None:
    """Forget ended sessions and old failures."""
