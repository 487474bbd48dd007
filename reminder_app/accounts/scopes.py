"""What an API token may be allowed, in words. The permissions themselves are the role table's."""

from collections.abc import Collection

from reminder_app.translations import lazy_gettext as _

# Each opens something of the API; what only pages do, a token is not offered.
MEANING = {
    "reminders:read": _("See reminders and when they are due"),
    "reminders:act": _("Mark reminders done, skip and snooze them"),
    "reminders:write": _("Make, change and delete reminders"),
    "contacts:read": _("See contacts"),
    "contacts:write": _("Make, change and archive contacts"),
    "deliveries:read": _("See what was sent"),
    "deliveries:act": _("Send again what failed"),
    "senders:read": _("See in whose name messages can go out"),
    "senders:write": _("Make, change and remove senders and mail servers"),
    "members:read": _("See the addresses of the workspace's people in its reminders"),
    "members:write": _("Invite people to the workspace"),
    "workspace:write": _("Change the workspace's name, zone and language"),
    "me:read": _("See whose token it is"),
    "me:write": _("Set your quiet hours and your daily list"),
    "tokens:write": _("List, make and revoke tokens"),
}


def grantable(held: Collection[str]) -> list[str]:
    """What somebody with these permissions may hand to a token, in the order shown."""
    return [scope for scope in MEANING if scope in held]
