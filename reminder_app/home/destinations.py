"""Where one can go from anywhere: each page that needs nothing but its address. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from reminder_app.translations import lazy_gettext as _


@dataclass(frozen=True)
class Place:
    """`endpoint` knows its address and its permission."""

    endpoint: str
    text: str
    icon: str
    is_for_operators: bool = False


DO = (
    Place("reminder_forms.new", _("New reminder"), "plus-lg"),
    Place("quick_add.show", _("Quick add"), "pencil"),
    Place("reminder_templates.new", _("New template"), "plus-lg"),
    Place("contacts.new", _("New contact"), "plus-lg"),
    Place("texts.new", _("New text"), "plus-lg"),
    Place("senders.new", _("New sender"), "plus-lg"),
    Place("mail_servers.new", _("New mail server"), "plus-lg"),
    Place("workspaces.new", _("New family or business"), "plus-lg"),
    Place("reminder_imports.show", _("Import reminders"), "calendar-event"),
    Place("contact_imports.new", _("Import contacts"), "person-vcard"),
)
GO = (
    Place("home.today", _("Today"), "sunrise"),
    Place("reminders.browse", _("Reminders"), "bell"),
    Place("calendar.show", _("Calendar"), "calendar3"),
    Place("contacts.browse", _("Contacts"), "person-vcard"),
    Place("contact_merges.duplicates", _("Duplicate contacts"), "person-vcard"),
    Place("deliveries.browse", _("Deliveries"), "send-check"),
    Place("deliveries.balance", _("Balance of deliveries"), "send-check"),
    Place("members.index", _("People"), "people"),
    Place("texts.browse", _("Texts"), "envelope"),
    Place("reminder_templates.browse", _("Templates"), "copy"),
    Place("settings.show", _("Settings: profile"), "gear"),
    Place("settings.show_quiet", _("Settings: quiet hours"), "bell-slash"),
    Place("channels.show", _("Settings: channels"), "phone"),
    Place("settings.security", _("Settings: security"), "key"),
    Place("settings.show_tokens", _("Settings: tokens"), "code-slash"),
    Place("calendar_feeds.show", _("Settings: calendar feeds"), "calendar3"),
    Place("workspaces.settings", _("Settings: workspace"), "people"),
    Place("failures.show", _("Settings: who is told of failures"), "exclamation-triangle"),
    Place("senders.index", _("Settings: senders"), "send"),
    Place("finding.shortcuts", _("Keyboard shortcuts"), "keyboard"),
    Place("operations.show", _("Health"), "heart-pulse"),
    Place("docs.show", _("API"), "code-slash"),
    Place("mailbox.index", _("Mailbox"), "mailbox"),
    Place("operations.overview", _("Operations"), "send-check", is_for_operators=True),
    Place("notifications.show", _("Operations: notifications"), "bell", is_for_operators=True),
    Place("users.browse", _("Operations: accounts"), "people", is_for_operators=True),
    Place("database.overview", _("Database"), "database", is_for_operators=True),
)


def matching(places: Sequence[Place], words: str) -> list[Place]:
    """Those in whose name each word is, those that begin with them first."""
    wanted = words.casefold().split()
    found = [one for one in places if all(word in str(one.text).casefold() for word in wanted)]
    return sorted(found, key=lambda one: not str(one.text).casefold().startswith(words.casefold()))
