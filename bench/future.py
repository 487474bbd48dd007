"""Millions of reminders for later, made by the database itself."""

from bench.reminders import Reminders
from terminal import Progress

CHUNK = 100_000
# Their own places in the index of ids, below all real ones; from tomorrow on, one a second.
ID = "UNHEX(LPAD(HEX(seq), 32, '0'))"
MOMENT = "UTC_TIMESTAMP(6) + INTERVAL 1 DAY + INTERVAL seq SECOND"
DIFFERENT = {"id": ID, "starts_at": MOMENT, "next_at": MOMENT, "plan_at": MOMENT}


def add_future(reminders: Reminders, size: int, progress: Progress) -> None:
    ask, where = reminders.database.ask, f"{reminders.schema}.reminders"
    names = [
        name
        for (name,) in ask(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'reminders' "  # noqa: S608
            f"AND table_schema = '{reminders.schema}'"
        )
    ]
    values = ", ".join(DIFFERENT.get(name, f"first.{name}") for name in names)
    # What follows is no part of what is measured.
    ask("SET sql_log_bin = 0", "SET foreign_key_checks = 0", "SET unique_checks = 0")
    for start in range(1, size + 1, CHUNK):
        last = min(start + CHUNK - 1, size)
        progress.passing(f"{last:,} of {size:,} future reminders")
        ask(
            f"INSERT INTO {where} ({', '.join(names)}) SELECT {values} "  # noqa: S608 - ours
            f"FROM {reminders.schema}.seq_{start}_to_{last}, (SELECT * FROM {where} LIMIT 1) first"
        )
    ask(
        "SET sql_log_bin = 1",
        "SET foreign_key_checks = 1",
        "SET unique_checks = 1",
        f"ANALYZE TABLE {where}",
    )
