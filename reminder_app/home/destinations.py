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
    also: str = ""  # what it is looked for by, beside its name


PROFILE = _("dark mode, light, theme, colours, time zone, language, name, times of day, install")
QUIET = _("do not disturb, days off, weekend, digest, summary")
CHANNELS = _("push, notifications, webhook, Telegram, Slack, Signal, ntfy, WhatsApp, SMS")
SECURITY = _("password, email address, sessions, sign out everywhere, close account")
TOKENS = _("API key")
FEEDS = _("iCal, subscribe, Google Calendar, Outlook, Apple")
WORKSPACE = _("family, business, name, time zone, currency, delete")
SENDERS = _("SMTP, mail server, gateway, SMS, WhatsApp, From")
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
    Place("settings.show", _("Settings: profile"), "gear", also=PROFILE),
    Place("settings.show_quiet", _("Settings: quiet hours"), "bell-slash", also=QUIET),
    Place("channels.show", _("Settings: channels"), "phone", also=CHANNELS),
    Place("settings.security", _("Settings: security"), "key", also=SECURITY),
    Place("settings.show_tokens", _("Settings: tokens"), "code-slash", also=TOKENS),
    Place("calendar_feeds.show", _("Settings: calendar feeds"), "calendar3", also=FEEDS),
    Place("workspaces.settings", _("Settings: workspace"), "people", also=WORKSPACE),
    Place("failures.show", _("Settings: who is told of failures"), "exclamation-triangle"),
    Place("senders.index", _("Settings: senders"), "send", also=SENDERS),
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
    """Those that each word leads to, first whose names begin with them, last who do other than their
    names say."""
    asked = words.casefold()
    wanted = asked.split()

    def order(one: Place) -> int:
        name = str(one.text).casefold()
        return 0 if name.startswith(asked) else 1 if all(word in name for word in wanted) else 2

    return sorted((one for one in places if all(leads(one, word) for word in wanted)), key=order)


def leads(place: Place, word: str) -> bool:
    also = str(place.also).casefold().split()
    return word in str(place.text).casefold() or any(one.startswith(word) for one in also)
