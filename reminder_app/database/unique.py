"""A unique key as a refusal that says what to do."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError

from reminder_app.database.engine import settings_of
from reminder_app.database.errors import is_parent_gone

P = ParamSpec("P")
R = TypeVar("R")


def one_of_each(field: str, sentence: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Two at the same moment pass the look-up both; the unique key lets one of them in.

    The other raises the settings' `conflict`, naming `field`.
    """

    def decorate(action: Callable[P, R]) -> Callable[P, R]:
        @wraps(action)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return action(*args, **kwargs)
            except IntegrityError as error:
                if is_parent_gone(error):
                    raise
                raise settings_of().conflict(sentence, **{field: sentence}) from error

        return call

    return decorate
