"""The Celery application, from the same factory: `celery -A celery_worker worker|beat`."""

from reminder_app.app import create_app

flask_app = create_app()
celery_app = flask_app.extensions["celery"]
