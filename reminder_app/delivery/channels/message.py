"""A letter as the bytes of a mail: text and HTML, the same at every try."""

import logging
import uuid
from dataclasses import dataclass
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import Any, Self

from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from reminder_app.config import Settings
from reminder_app.delivery.channels import attached, mime
from reminder_app.delivery.channels.errors import CONTENT, RECIPIENT, SendError
from reminder_app.delivery.headers import mail_address, one_line, safe_value
from reminder_app.delivery.letters import LINKED, Letter, in_order
from reminder_app.translations import LANGUAGES, N_, catalogue, speaking, templates
from reminder_app.translations.sizes import size_in_words

log = logging.getLogger(__name__)
TEMPLATES = Path(__file__).parents[2] / "templates"


@dataclass(frozen=True)
class Sender:
    """Who we are in every mail."""

    address: str
    name: str
    domain: str
    public_url: str
    attachments: Path = Path()  # where files lie

    @classmethod
    def of(cls, settings: Settings) -> Self:
        name, address = parseaddr(settings.mail_from)
        address = mail_address(address)
        domain, files = address.partition("@")[2], settings.attachments_path
        return cls(address, one_line(name), domain, settings.public_url, files)

    def message_id(self, delivery_id: uuid.UUID) -> str:
        return f"<{delivery_id}@{self.domain}>"


def render(letter: Letter, sender: Sender) -> bytes:
    """Raises SendError: a letter that cannot be written stays alone with its trouble."""
    try:
        to = mail_address(letter.address)
    except ValueError as error:
        raise SendError(RECIPIENT, True, str(error)) from error
    files = attached.parts(letter.files, sender.attachments) if letter.files else ()
    try:
        text, html = content(letter, sender)
        # By itself the boundary would be another one each time.
        head, boundary = headers(letter, sender, to), f"=_{letter.id.hex}"
        return mime.alternative(head, text, html, boundary, files)
    except Exception as error:  # whatever it is: the next pump would meet it again, first in line
        raise unwritten(letter, error) from error


def unwritten(letter: Letter, error: Exception) -> SendError:
    log.error("delivery %s cannot be written: %s", letter.id, type(error).__name__)
    return SendError(
        CONTENT, True, N_("It cannot be written: %(error)s") % {"error": told(letter, error)}
    )


def told(letter: Letter, error: Exception) -> str:
    """An error may quote what it stumbled over: of a secret, its kind alone."""
    name = type(error).__name__
    return name if letter.is_secret else f"{name}: {error}"


def headers(letter: Letter, sender: Sender, to: str) -> list[tuple[str, str]]:
    found = [
        ("From", from_whom(letter, sender)),
        ("To", mime.mailbox(plain(letter.name), to)),
        ("Subject", mime.header_text(plain(letter.subject))),
        # The promised time and not the time of this try: a retry is the same mail.
        ("Date", format_datetime(letter.due_at)),
        ("Message-ID", safe_value(letter.message_id or sender.message_id(letter.id))),
    ]
    if letter.reply_to:
        found.append(("Reply-To", mail_address(letter.reply_to)))
    if letter.workspace_id:
        found.append(("List-Id", f"<{letter.workspace_id}.{sender.domain}>"))
    return [
        *found,
        ("Auto-Submitted", "auto-generated"),
        ("X-Delivery-Id", str(letter.id)),
        ("X-Delivery-Key", safe_value(letter.key)),
    ]


def from_whom(letter: Letter, sender: Sender) -> str:
    address = mail_address(letter.from_address) if letter.from_address else sender.address
    return mime.mailbox(plain(letter.from_name) or sender.name, address)


def plain(text: str) -> str:
    """What people wrote, on one line, and never an encoded word: a reader would decode it."""
    return one_line(text).replace("=?", "= ?")


def content(letter: Letter, sender: Sender) -> tuple[str, str]:
    context = context_of(letter, sender.public_url)
    template = f"mail/{letter.template}"
    return written(f"{template}.txt", context), written(f"{template}.html", context)


def context_of(letter: Letter, public_url: str) -> dict[str, Any]:
    return {
        "linked": linked(letter) if letter.files else (),
        **letter.payload,
        "subject": letter.subject,
        "name": letter.name,
        "address": letter.address,
        "public_url": public_url,
        "is_late": letter.is_late,
        "delivery_id": str(letter.id),
    }


def linked(letter: Letter) -> list[str]:
    """The files that do not come with it, but behind a link."""
    found = (one for one in in_order(letter.files) if one["sent"] == LINKED)
    return [f"{one['name']} ({size_in_words(one['size'])})" for one in found]


@dataclass(frozen=True)
class Words:
    """What a letter says, for what is no mail: one line, and plain text."""

    subject: str
    text: str


def words(letter: Letter, public_url: str) -> Words:
    """By the text part of its template. Raises SendError, as render() does."""
    try:
        text = written(f"mail/{letter.template}.txt", context_of(letter, public_url))
    except Exception as error:
        raise unwritten(letter, error) from error
    return Words(plain(letter.subject), text)


def written(template: str, context: dict[str, Any]) -> str:
    """In the language of its reader: `lang`, English without."""
    with speaking(context.get("lang")):
        return environment().get_template(template).render(context).strip() + "\n"


def warm() -> None:
    """Read the catalogues and compile the templates now, and not at the first message that is due."""
    for language in LANGUAGES:
        with speaking(language):
            made = environment()
            for name in made.list_templates(filter_func=lambda name: name.startswith("mail/")):
                made.get_template(name)


def environment() -> Environment:
    return compiled_with(catalogue())


@cache
def compiled_with(_catalogue: NullTranslations) -> Environment:
    """Our own templates alone: what people write is data in them, never a template."""
    made = templates.OfOneLanguage(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.install(made)
    return made
