"""The sentences of the database layer, each once more, with places for its values."""

from reminder_app.operations.layer_texts import backups, health, plans, refusals, server
from reminder_app.operations.layer_texts.health import CHECKS

__all__ = ["CHECKS", "TEXTS"]

TEXTS = (*health.TEXTS, *server.TEXTS, *backups.TEXTS, *plans.TEXTS, *refusals.TEXTS)
