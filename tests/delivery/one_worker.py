"""A worker as a process of its own, to be stopped, woken and killed: `-m tests.delivery.one_worker SECONDS`."""

import os
import sys
import time
from datetime import timedelta

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.delivery import recovery
from reminder_app.delivery.channels import message
from reminder_app.delivery.sending import Courier
from tests.delivery.notes import WRITTEN_WITH


def work(seconds: float) -> None:
    settings = load(os.environ)
    message.environment = lambda: WRITTEN_WITH
    until = time.monotonic() + seconds
    with create_app(settings).app_context():
        courier = Courier(settings)
        sys.stderr.write("ready\n")
        while time.monotonic() < until:
            recovery.recover(timedelta(hours=1), settings.journal_path)
            courier.send_due(0.2)
        courier.close()


if __name__ == "__main__":
    work(float(sys.argv[1]))
