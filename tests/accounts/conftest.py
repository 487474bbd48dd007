"""An application as it runs for people: CSRF protection and rate limits are on."""

from collections.abc import Callable

import pytest
from flask import Flask

from reminder_app.app import create_app
from reminder_app.config import load


@pytest.fixture
def guarded(settings, app) -> Callable[..., Flask]:
    """guarded(PUBLIC_URL="https://…"): another application on the same database."""

    def make(**changes: str) -> Flask:
        return create_app(
            load(
                {
                    "APP_ENV": "testing",
                    "INSTANCE_PATH": str(settings.instance_path),
                    "DATABASE_URL": settings.database_url,
                    "PUBLIC_URL": "http://localhost",
                }
                | changes
            )
        )

    return make
