"""What beside email a person's messages can go out through, and what its account is called."""

import uuid

EMAIL, PUSH, WEBHOOK, APPRISE = "email", "push", "webhook", "apprise"
KINDS = (PUSH, WEBHOOK, APPRISE)
NEW, WORKS, FAILING, GONE = "new", "works", "failing", "gone"
STATES = (NEW, WORKS, FAILING, GONE)
TITLES = {EMAIL: "Email", PUSH: "Push", WEBHOOK: "Webhook", APPRISE: "Messenger"}


SMS, WHATSAPP = "sms", "whatsapp"
GATEWAYS = {SMS: "SMS", WHATSAPP: "WhatsApp"}  # of a workspace, to its clients


def account_of(kind: str, endpoint_id: uuid.UUID) -> str:
    return f"{kind}.{endpoint_id.hex}"


def endpoint_of(account: str) -> uuid.UUID | None:
    """None: it is nobody's."""
    try:
        return uuid.UUID(hex=account.partition(".")[2])
    except ValueError:
        return None
