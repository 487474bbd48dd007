"""What a revision says about its own steps while it takes them: read by the server's side and the linter."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Marks:
    is_guarded: bool = False  # passed over when it is done already
    is_chunked: bool = False  # never more than some rows at a time
    is_checked: bool = False  # the rows were looked at before, for what would break it
    copies_because: str = ""  # it may copy the table, and this is why that is no harm


_marks: ContextVar[Marks] = ContextVar("migration_marks", default=Marks())  # noqa: B039 - frozen


def current() -> Marks:
    return _marks.get()


@contextmanager
def marked(**changes: bool | str) -> Iterator[None]:
    token = _marks.set(replace(_marks.get(), **changes))  # type: ignore[arg-type]
    try:
        yield
    finally:
        _marks.reset(token)
