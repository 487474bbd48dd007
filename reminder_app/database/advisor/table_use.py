"""How often a table is written and read, as the monitor saw it: each index is paid for by the writes."""

from datetime import timedelta

from reminder_app.database import clock
from reminder_app.database.monitor import reading

LOOK_BACK, MOST_QUERIES = timedelta(days=1), 200
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
# So many writes to one read: an index has to save much to be worth it.
MANY, ENOUGH = 5, 100


def caution(table: str) -> str:
    """In words, where it is written far more often than read; else nothing."""
    reads = writes = 0
    for query in reading.top(clock.now() - LOOK_BACK, MOST_QUERIES):
        if query.verb in WRITES and list(query.tables[:1]) == [table]:
            writes += query.sums.many
        elif table in query.tables:
            reads += query.sums.many
    if writes < ENOUGH or writes < MANY * reads:
        return ""
    return (
        f"Within the last day {table} was written {writes:,} times and read {reads:,} times: every write "
        "pays for the index."
    )
