"""django-post-office: queueing and sending together.

Arguments: how many processes send, and how many mails a call of send_many() queues; 0: one by one,
by send(), as its manual begins.
"""

import os
import sys
import tempfile
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peers.django_settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - it needs the set-up
from post_office import mail  # noqa: E402

from bench.peers.driver import drive  # noqa: E402
from bench.peers.letter import SENDER, Letter, headers, letters, rendered, template  # noqa: E402


def main(processes: int, batch: int) -> None:
    call_command("migrate", verbosity=0)
    queued = list(letters())
    for kind in ("txt", "html"):
        template(kind)
    lock = f"{tempfile.mkdtemp()}/lock"

    def work() -> None:
        queue(queued, batch)
        call_command("send_queued_mail", processes=processes, lockfile=lock)

    drive(work)


def queue(queued: list[Letter], batch: int) -> None:
    if not batch:
        for letter in queued:
            mail.send(**asked(letter))
        return
    for start in range(0, len(queued), batch):
        mail.send_many([asked(letter) for letter in queued[start : start + batch]])


def asked(letter: Letter) -> dict[str, Any]:
    return {
        "recipients": [letter["address"]],
        "sender": f"Reminder App <{SENDER}>",
        "subject": letter["subject"],
        "message": rendered(letter, "txt"),
        "html_message": rendered(letter, "html"),
        "headers": headers(letter),
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
