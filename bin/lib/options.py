"""What may follow `bin/up`. Read before the environment exists, so that --help answers at once."""

import argparse

DESCRIPTION = "Starts Reminder App: database, broker, mailbox, web, worker and beat, until Ctrl-C."
SETTINGS = """\
settings, from the environment or from the file .env (all of them: .env.example):
  PORT=8000            where the pages answer
  INSTANCE_PATH=...    where data, mail and logs are kept (default: instance/)
  DATABASE_URL=...     mysql://user:password@host/name instead of the embedded SQLite
  REDIS_URL=...        instead of the embedded broker
  SMTP_HOST=...        instead of the local mailbox
"""


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/up",
        description=DESCRIPTION,
        epilog=SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    demo = parser.add_mutually_exclusive_group()
    demo.add_argument("--demo", action="store_true", help="fill it with data worth looking at")
    demo.add_argument(
        "--demo-clear", action="store_true", help="take the demo data away again, and end"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="show all that the parts log, not only warnings"
    )
    return parser.parse_args(arguments)
