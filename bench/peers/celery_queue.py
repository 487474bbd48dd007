"""Queues for celery_tasks: the rows a thousand at a time, then a task for each."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.peers.celery_tasks import Base, Mail, app, engine, send
from bench.peers.driver import drive
from bench.peers.letter import letters

BATCH = 1000


def main() -> None:
    Base.metadata.create_all(engine)
    rows = [{"id": n, "state": "queued", "letter": one} for n, one in enumerate(letters(), 1)]

    def work() -> None:
        for start in range(0, len(rows), BATCH):
            queue(rows[start : start + BATCH])

    while not app.control.ping(timeout=1):
        pass  # the worker is on its way
    drive(work)


def queue(rows: list[dict[str, object]]) -> None:
    with Session(engine) as session:
        session.execute(insert(Mail), rows)
        session.commit()
    for row in rows:
        send.delay(row["id"])


if __name__ == "__main__":
    main()
