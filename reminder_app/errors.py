"""What can go wrong, in the words of the domain. web/errors.py turns these into HTTP."""

from typing import NoReturn


class AppError(Exception):
    """`message` says what to do; `fields` names the wrong inputs, each with its own sentence.

    Both in the language that is spoken when it is raised.
    """

    code = "error"

    def __init__(self, message: str, **fields: str) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.fields = {name: str(why) for name, why in fields.items()}


class NotFound(AppError):
    code = "not_found"


class Invalid(AppError):
    code = "invalid"


def refuse(field: str, sentence: str) -> NoReturn:
    """One input is wrong, and this is why. Raises Invalid."""
    raise Invalid(sentence, **{field: sentence})


class Conflict(AppError):
    code = "conflict"


class Forbidden(AppError):
    code = "forbidden"


class Unavailable(AppError):
    """Not now, through no fault of who asked."""

    code = "unavailable"


class TooMany(AppError):
    """`retry_after` is in seconds."""

    code = "too_many"

    def __init__(self, message: str, retry_after: int = 60, **fields: str) -> None:
        super().__init__(message, **fields)
        self.retry_after = retry_after
