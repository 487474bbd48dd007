"""The product's own Celery application, with a bug in it: `celery -A drill.worker worker`."""

import os

from celery_worker import celery_app, flask_app
from drill import bugs

__all__ = ["celery_app", "flask_app"]
bugs.load(flask_app, os.environ.get("DRILL_BUG", ""), bool(os.environ.get("DRILL_HURRIED")))
