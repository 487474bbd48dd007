"""Fresh statistics, so that the server chooses its indexes by what is in the tables now."""

from sqlalchemy import Connection

from reminder_app.database import capabilities
from reminder_app.database.connections import without_limit
from reminder_app.database.engine import db
from reminder_app.database.maintenance import runs
from reminder_app.database.maintenance.runs import Tell, nobody

TABLES = (
    "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name"
)
# Older servers make every query on a table wait behind an ANALYZE that waits for a long one.
LOCK_SECONDS = 5
SAMPLED = 1000  # rows of each index that SQLite looks at


def analyze(tell: Tell = nobody) -> int:
    """Gives how many tables; each for itself, and none of it goes to the replicas' log."""
    with runs.noted("analyze") as run, db.engine.connect() as connection:
        if capabilities.of(connection).is_server:
            many, words = on_server(connection, tell)
        else:
            many, words = on_sqlite(connection, tell), ""
        connection.commit()
        run.words = words or f"{many} tables"
    return many


def on_server(connection: Connection, tell: Tell) -> tuple[int, str]:
    connection.exec_driver_sql(f"SET lock_wait_timeout = {LOCK_SECONDS}")
    names = [str(name) for (name,) in connection.exec_driver_sql(TABLES)]
    wrong = []
    for name in names:
        tell(name)
        with without_limit(connection):
            rows = connection.exec_driver_sql(f"ANALYZE NO_WRITE_TO_BINLOG TABLE `{name}`").all()
        wrong += [f"{name}: {row[3]}" for row in rows if row[2] == "Error"]
    connection.exec_driver_sql("SET lock_wait_timeout = DEFAULT")
    return len(names), "; ".join(wrong)


def on_sqlite(connection: Connection, tell: Tell) -> int:
    tell("all tables")
    connection.exec_driver_sql(f"PRAGMA analysis_limit = {SAMPLED}")
    connection.exec_driver_sql("ANALYZE")
    names = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return int(connection.exec_driver_sql(names).scalar() or 0)
