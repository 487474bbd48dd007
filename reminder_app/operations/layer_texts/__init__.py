"""The sentences of the database layer, each once more, with places for its values."""

from reminder_app.operations.layer_texts import backups, health, plans, refusals, server
from reminder_app.operations.layer_texts.health import CHECKS
from reminder_app.operations.layer_texts.server import ACTORS

__all__ = ["ACTORS", "CHECKS", "TEXTS"]

TEXTS = (*health.TEXTS, *server.TEXTS, *backups.TEXTS, *plans.TEXTS, *refusals.TEXTS)
