"""Answers that are made while they leave."""

from collections.abc import Iterator
from typing import cast

from flask import Flask, current_app


def streamed(lines: Iterator[str]) -> Iterator[str]:
    """Each piece in a context of its own: who reads slowly holds no session and no connection."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]

    def pieces() -> Iterator[str]:
        while True:
            with app.app_context():
                piece = next(lines, None)
            if piece is None:
                return
            yield piece

    return pieces()
