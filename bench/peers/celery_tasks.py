"""Celery as most people use it: a task per mail, which loads its row, sends it and marks it.

With one connection kept in each worker process, which is more than most do.
"""

import os
import smtplib
from functools import cache
from typing import Any

from celery import Celery
from sqlalchemy import JSON, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.peers.letter import connection
from bench.peers.letter import send as send_letter

app = Celery("peer", broker=os.environ["BENCH_REDIS_URL"])
app.conf.update(task_ignore_result=True)
engine = create_engine(os.environ["BENCH_DATABASE_URL"], connect_args={"ssl_disabled": True})


class Base(DeclarativeBase):
    pass


class Mail(Base):
    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    letter: Mapped[dict[str, Any]] = mapped_column(JSON)


@cache
def kept() -> smtplib.SMTP:
    return connection()


@app.task
def send(mail_id: int) -> None:
    with Session(engine) as session:
        mail = session.get_one(Mail, mail_id)
        send_letter(kept(), mail.letter)
        mail.state = "sent"
        session.commit()
