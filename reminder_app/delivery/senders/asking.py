"""What pages and API both do for whoever asks: within limits, and with the site's settings."""

import uuid
from typing import Any

from flask import current_app, url_for

from reminder_app.config import Settings
from reminder_app.delivery.senders import configurations, identities
from reminder_app.delivery.senders.models import EMAIL, EmailConfiguration, SenderIdentity
from reminder_app.web import limits
from reminder_app.web.gate import current

# Each reaches for a server that somebody has named.
TRIALS = "10 per minute; 60 per hour"


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def try_out(configuration_id: uuid.UUID, send: bool) -> EmailConfiguration:
    actor = current()
    limits.spend("mail server trials", str(actor.workspace_id), TRIALS)
    if send:
        limits.before_letter(actor.email, str(actor.user_id))
    return configurations.try_out(
        actor.workspace_id, configuration_id, settings(), actor.email if send else ""
    )


def create(data: dict[str, Any]) -> SenderIdentity:
    made = identities.create(current().workspace_id, **data)
    return send_code(made.id) if made.type == EMAIL else made


def send_code(identity_id: uuid.UUID) -> SenderIdentity:
    actor = current()
    found = identities.get(actor.workspace_id, identity_id)
    limits.before_letter(found.address, str(actor.user_id))
    page = url_for("senders.show", identity_id=identity_id)
    return identities.send_code(
        actor.workspace_id,
        identity_id,
        settings(),
        workspace=actor.workspace_name,
        url=settings().public_url.rstrip("/") + page,
    )
