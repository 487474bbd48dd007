"""What was handed to the delivery engine, newest last."""

from sqlalchemy import select

from reminder_app.database import db
from reminder_app.delivery.models import Delivery


def letters(to: str | None = None) -> list[Delivery]:
    db.session.rollback()
    rows = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
    return [row for row in rows if to in (None, row.address)]


def path_in(letter: Delivery) -> str:
    """The link of a mail, as a browser with the right host asks for it."""
    return letter.payload["link"].removeprefix("http://localhost")
