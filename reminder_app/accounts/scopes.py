"""What an API token may be allowed, in words. The permissions themselves are the role table's."""

from collections.abc import Collection

# Never handed to a token: one's own account, and the workspace's existence.
WITHHELD = frozenset({"account", "workspace:own"})
MEANING = {
    "reminders:read": "See reminders and when they are due",
    "reminders:act": "Mark reminders done, skip and snooze them",
    "reminders:write": "Make, change and delete reminders",
    "contacts:read": "See contacts",
    "contacts:write": "Make, change and archive contacts",
    "deliveries:read": "See what was sent",
    "deliveries:act": "Send again what failed",
    "members:read": "See who belongs to the workspace",
    "members:write": "Invite people and change their roles",
    "workspace:write": "Change the workspace's name and settings",
    "me:read": "See whose token it is",
    "tokens:write": "List, make and revoke tokens",
}


def grantable(held: Collection[str]) -> list[str]:
    """What somebody with these permissions may hand to a token, in the order shown."""
    return [scope for scope in MEANING if scope in held and scope not in WITHHELD]
