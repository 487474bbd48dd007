"""What there is to pay or to read, as a message says it."""

from typing import Any

from reminder_app.reminders import money, web_link


def claim(reminder: Any, locale: str) -> dict[str, str]:
    """What there is to pay or to read, and where."""
    amount, link = reminder.amount, reminder.link
    return {
        "kind": reminder.kind,
        "amount": "" if amount is None else money.shown(amount, reminder.currency, locale),
        "reference": reminder.reference,
        "link": link,
        "link_host": web_link.host(link) if link else "",
    }
