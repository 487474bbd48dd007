"""Migrations run through the application's settings, over DIRECT_URL (never through a proxy)."""

from alembic import context

from reminder_app.database.migrations import running

running.move(context)
