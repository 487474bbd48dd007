"""The mail that every peer sends: the product's template, rendered, as the standard library builds it."""

import json
import os
import smtplib
from collections.abc import Iterator
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

SENDER = "reminders@example.net"
SECONDS = 30
Letter = dict[str, Any]  # as the product's ledger had it: address, name, subject, key, context ...


def letters(first: int = 0, every: int = 1) -> Iterator[Letter]:
    """Every so manyth of the file, from `first` on."""
    with Path(os.environ["BENCH_LETTERS"]).open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % every == first:
                yield json.loads(line)


@cache
def template(kind: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(os.environ["BENCH_TEMPLATES"]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)
    return environment.get_template(f"mail/reminder.{kind}")


def rendered(letter: Letter, kind: str) -> str:
    return template(kind).render(letter["context"]).strip() + "\n"


def headers(letter: Letter) -> dict[str, str]:
    """What the product's mails carry beyond From, To, Subject and Date."""
    return {
        "Message-ID": f"<{letter['id']}@example.net>",
        "Reply-To": letter["reply_to"],
        "List-Id": f"<{letter['workspace_id']}.example.net>",
        "Auto-Submitted": "auto-generated",
        "X-Delivery-Id": letter["id"],
        "X-Delivery-Key": letter["key"],
    }


def message(letter: Letter) -> MIMEMultipart:
    made = MIMEMultipart("alternative")
    made["From"] = formataddr(("Reminder App", SENDER))
    made["To"] = formataddr((letter["name"], letter["address"]))
    made["Subject"] = letter["subject"]
    made["Date"] = formatdate()
    for name, value in headers(letter).items():
        made[name] = value
    made.attach(MIMEText(rendered(letter, "txt"), "plain", "utf-8"))
    made.attach(MIMEText(rendered(letter, "html"), "html", "utf-8"))
    return made


def connection() -> smtplib.SMTP:
    smtp = smtplib.SMTP("127.0.0.1", int(os.environ["BENCH_SMTP_PORT"]), timeout=SECONDS)
    smtp.ehlo()
    return smtp


def send(smtp: smtplib.SMTP, letter: Letter) -> None:
    smtp.sendmail(SENDER, [letter["address"]], message(letter).as_bytes())
