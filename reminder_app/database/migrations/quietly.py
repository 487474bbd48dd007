"""Alembic tells at every look which implementation it took: of interest when something is moved."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

TALKER = logging.getLogger("alembic.runtime.migration")


@contextmanager
def quietly() -> Iterator[None]:
    before = TALKER.level
    TALKER.setLevel(logging.WARNING)
    try:
        yield
    finally:
        TALKER.setLevel(before)
