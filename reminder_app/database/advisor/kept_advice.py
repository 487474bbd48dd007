"""The advice there is, and putting it aside. Without the parser that looks for it."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from reminder_app.database.advisor.models import APPLIED, DISMISSED, OPEN, IndexAdvice
from reminder_app.database.engine import db
from reminder_app.database.transaction import transaction


def all_advice() -> Sequence[IndexAdvice]:
    return db.session.scalars(select(IndexAdvice).order_by(IndexAdvice.share).limit(100)).all()


def one(advice_id: uuid.UUID) -> IndexAdvice | None:
    return db.session.get(IndexAdvice, advice_id)


@transaction
def dismiss(advice_id: uuid.UUID, is_dismissed: bool = True) -> bool:
    """Whether there is such advice. What was dismissed is not found anew."""
    advice = db.session.get(IndexAdvice, advice_id)
    if advice is None or advice.state == APPLIED:
        return False
    advice.state = DISMISSED if is_dismissed else OPEN
    return True
