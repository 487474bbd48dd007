"""One row that the writer's clock is written into: how old a replica's copy is, is how far it is behind."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Mapped

from reminder_app.database.engine import Model

THE_ROW = uuid.UUID(int=1)


class DatabaseHeartbeat(Model):
    __tablename__ = "database_heartbeats"

    at: Mapped[datetime]
