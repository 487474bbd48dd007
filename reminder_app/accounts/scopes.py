"""What an API token may be allowed, in words. The permissions themselves are the role table's."""

from collections.abc import Collection

# Each opens something of the API; what only pages do, a token is not offered.
MEANING = {
    "reminders:read": "See reminders and when they are due",
    "reminders:act": "Mark reminders done, skip and snooze them",
    "reminders:write": "Make, change and delete reminders",
    "contacts:read": "See contacts",
    "contacts:write": "Make, change and archive contacts",
    "deliveries:read": "See what was sent",
    "deliveries:act": "Send again what failed",
    "senders:read": "See in whose name messages can go out",
    "senders:write": "Make, change and remove senders and mail servers",
    "members:read": "See the addresses of the workspace's people in its reminders",
    "me:read": "See whose token it is",
    "me:write": "Set your quiet hours and your daily list",
    "tokens:write": "List, make and revoke tokens",
}


def grantable(held: Collection[str]) -> list[str]:
    """What somebody with these permissions may hand to a token, in the order shown."""
    return [scope for scope in MEANING if scope in held]
