"""What beside email a person's messages can go out through, and what its account is called."""

import base64
import uuid

from reminder_app.translations import lazy_gettext

EMAIL, PUSH, WEBHOOK, APPRISE = "email", "push", "webhook", "apprise"
KINDS = (PUSH, WEBHOOK, APPRISE)
NEW, WORKS, FAILING, GONE = "new", "works", "failing", "gone"
STATES = (NEW, WORKS, FAILING, GONE)
TITLES = {
    EMAIL: lazy_gettext("Email"),
    PUSH: lazy_gettext("Push"),
    WEBHOOK: lazy_gettext("Webhook"),
    APPRISE: lazy_gettext("Messenger"),
}
# The same within a sentence: "…, and push after 15 minutes".
THEN = {
    EMAIL: lazy_gettext("email"),
    PUSH: lazy_gettext("push"),
    WEBHOOK: lazy_gettext("webhook"),
    APPRISE: lazy_gettext("messenger"),
}


SMS, WHATSAPP = "sms", "whatsapp"
GATEWAYS = {SMS: "SMS", WHATSAPP: "WhatsApp"}  # of a workspace, to its clients


def account_of(kind: str, endpoint_id: uuid.UUID) -> str:
    """As long as the column takes: with all of its digits `whatsapp` would be one too many."""
    text = endpoint_id.hex
    if kind == WHATSAPP:
        text = base64.b32encode(endpoint_id.bytes).decode().rstrip("=").lower()
    return f"{kind}.{text}"


def endpoint_of(account: str) -> uuid.UUID | None:
    """None: it is nobody's."""
    kind, _, text = account.partition(".")
    try:
        if kind == WHATSAPP:
            return uuid.UUID(bytes=base64.b32decode(text.upper() + "======"))
        return uuid.UUID(hex=text)
    except ValueError:
        return None
