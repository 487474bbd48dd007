"""What is kept in the database and must not be read there: passwords of others' servers, signing keys."""

from reminder_app.database.sealing.secret import KeyLost, NoKey, Sealed, Secret

__all__ = ["KeyLost", "NoKey", "Sealed", "Secret"]
