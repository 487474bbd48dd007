"""A message of our own for tests: its words, and what it is written with."""

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from reminder_app.delivery.letters import Planned

TEMPLATES = {
    "mail/note.txt": "{{ text }}\n\n{{ public_url }}/reminders",
    "mail/note.html": "<p>{{ text }}</p>",
}
WRITTEN_WITH = Environment(
    loader=DictLoader(TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
)


def planned(person, key: str, **fields) -> Planned:
    return Planned(
        **{
            "key": key,
            "source_kind": "reminder",
            "source_id": person.id,
            "workspace_id": person.workspace_id,
            "address": person.email,
            "template": "note",
            "payload": {"subject": "Rent", "text": "Pay the rent."},
            **fields,
        }
    )
