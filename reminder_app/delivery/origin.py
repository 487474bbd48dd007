"""In whose name and from which address a message goes: its own, or the site's."""

from email.utils import parseaddr
from typing import Any

from reminder_app.delivery.account_names import EMAIL, is_of_site


def origin(delivery: Any, mail_from: str) -> tuple[str, str]:
    """Its name and address; what is no mail has no address."""
    if delivery.channel != EMAIL:
        return delivery.from_name, ""
    name, address = parseaddr(mail_from) if is_of_site(delivery.account) else ("", "")
    return delivery.from_name or name, delivery.from_address or address


def in_words(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and address else name or address
