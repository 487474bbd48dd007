"""Brings the database to this version, and says who has the first account in it (the only line of stdout), if anybody."""

import os
import sys

from flask_migrate import upgrade
from sqlalchemy import delete, select

from reminder_app.accounts.models import User
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import session_scope
from reminder_app.operations.models import Heartbeat, WorkerSighting

settings = load(os.environ)
with create_app(settings).app_context():
    upgrade()
    with session_scope("start") as session:
        first = select(User.email).order_by(User.is_superuser.desc(), User.id).limit(1)
        email = session.scalar(first)
        if not settings.is_production:
            # The last run's signs of life would pass for this one's for half a minute. In
            # production they may be another machine's.
            session.execute(delete(Heartbeat))
            session.execute(delete(WorkerSighting))
sys.stdout.write(f"{email or ''}\n")
