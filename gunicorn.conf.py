"""How gunicorn runs the pages: `gunicorn wsgi:app` reads this by itself, and the settings through it."""

import os
import sys

from reminder_app.config import ConfigError, load, with_env_file

try:
    given = load(with_env_file(os.environ))
except ConfigError as error:
    sys.exit(str(error))
bind = f"{given.bind}:{given.port}"
worker_class = "gthread"
workers = given.web_workers
threads = given.web_threads
timeout = 60
graceful_timeout = 8  # seconds for the requests at hand: all has ended within ten
control_socket_disable = True
