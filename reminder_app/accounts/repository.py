import uuid

from sqlalchemy import select

from reminder_app.accounts.models import ApiToken, User, UserSession
from reminder_app.database import db


def add(row: User | UserSession | ApiToken) -> None:
    db.session.add(row)
    db.session.flush()


def get_user(user_id: uuid.UUID) -> User | None:
    return db.session.get(User, user_id)


def user_by_email(email: str) -> User | None:
    return db.session.scalar(select(User).filter_by(email=email))
