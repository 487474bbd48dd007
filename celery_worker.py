"""The Celery application, from the same factory: `celery -A celery_worker worker|beat`."""

import gc

gc.disable()  # what is loaded stays; to look through it while it grows takes a seventh of the start

from reminder_app.app import create_app  # noqa: E402

flask_app = create_app()
celery_app = flask_app.extensions["celery"]
gc.enable()
