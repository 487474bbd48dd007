"""What each role may do: the one table. The same names are the scopes of API tokens."""

import uuid
from dataclasses import dataclass

from reminder_app.accounts.scopes import MEANING as MEANING_OF_SCOPES
from reminder_app.translations import lazy_gettext as _

READ = frozenset(
    {"reminders:read", "contacts:read", "deliveries:read", "members:read", "senders:read"}
)
WORK = READ | {"reminders:act", "reminders:write", "contacts:write", "deliveries:act"}
RUN = WORK | {"members:write", "workspace:write", "senders:write"}

ROLES: dict[str, frozenset[str]] = {
    "owner": RUN | {"workspace:own"},
    "admin": RUN,
    "member": WORK,
    "viewer": READ,
    "child": frozenset({"reminders:read", "reminders:act"}),
}
NAMES = {
    "owner": _("owner"),
    "admin": _("admin"),
    "member": _("member"),
    "viewer": _("viewer"),
    "child": _("child"),
}
MEANING = {
    "owner": _("Decides about everything, also handing the workspace over and deleting it"),
    "admin": _("Invites people, changes roles and settings, and works like a member"),
    "member": _("Makes reminders and contacts, and sees what was sent"),
    "viewer": _("Sees everything and changes nothing"),
    "child": _("Sees reminders and ticks them off"),
}
# One's own account: held by every signed-in browser, never by a token.
SELF = frozenset({"account"})
# About the token and its person, whatever their role. A browser holds them to hand them on.
TOKEN_ONLY = frozenset({"me:read", "me:write", "tokens:write"})
SCOPES = sorted(MEANING_OF_SCOPES)
# Whom a role may invite, change and remove.
MANAGES: dict[str, frozenset[str]] = {
    "owner": frozenset(ROLES),
    "admin": frozenset({"member", "viewer", "child"}),
}
KIND_NAMES = {"personal": _("personal"), "family": _("family"), "business": _("business")}
KINDS = tuple(KIND_NAMES)
SHARED = KINDS[1:]  # a personal workspace has one person, for good


@dataclass(frozen=True)
class Actor:
    """Who is acting, in which workspace, with which permissions."""

    user_id: uuid.UUID
    workspace_id: uuid.UUID
    role: str
    permissions: frozenset[str]
    email: str
    name: str
    time_zone: str
    locale: str
    theme: str
    is_superuser: bool
    workspace_name: str
    workspace_kind: str
    session_id: uuid.UUID | None = None
    token_id: uuid.UUID | None = None


def name(role: str) -> str:
    return str(NAMES.get(role, role))


def kind_name(kind: str) -> str:
    return str(KIND_NAMES.get(kind, kind))


def by_session(role: str) -> frozenset[str]:
    return ROLES[role] | SELF | TOKEN_ONLY


def by_token(role: str, scopes: list[str]) -> frozenset[str]:
    """A token never does more than its owner's role now."""
    return frozenset(scopes).intersection(SCOPES) & (ROLES[role] | TOKEN_ONLY)


def manageable(role: str) -> list[str]:
    """The roles that `role` may give and take, from the most to the least."""
    return [other for other in ROLES if other in MANAGES.get(role, ())]


def fits(role: str, kind: str) -> bool:
    """A firm is offered no child. Whoever is one there already can be given another role."""
    return role != "child" or kind == "family"


def invitable(role: str) -> list[str]:
    """Ownership is handed to somebody who is here, never by a mail that may be passed on."""
    return [other for other in manageable(role) if other != "owner"]
