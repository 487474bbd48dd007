"""Brings the database to this version, and says whether anybody has an account in it yet (last line of stdout)."""

import sys

from flask_migrate import upgrade
from sqlalchemy import select

from reminder_app.accounts.models import User
from reminder_app.app import create_app
from reminder_app.database import session_scope

with create_app().app_context():
    upgrade()
    with session_scope("start") as session:
        somebody = session.scalar(select(User.id).limit(1))
sys.stdout.write("somebody\n" if somebody else "nobody\n")
