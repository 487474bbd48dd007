"""Services that are asked for field by field: what each wants to know, and its URL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from reminder_app.delivery.endpoints.apprise_services import PLACE
from reminder_app.errors import Invalid
from reminder_app.translations import lazy_gettext as _


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    hint: str = ""
    is_needed: bool = True


@dataclass(frozen=True)
class Service:
    """`pattern`: its URL. {server} is written as people know it; {s} stands for TLS there."""

    name: str
    title: str
    scheme: str
    pattern: str
    fields: Sequence[Field]
    to_numbers_by: str = ""  # sms | whatsapp

    @property
    def gateway(self) -> str:
        """How it is written as a gateway: {to} stays, the rest is named by what goes there."""
        named = {one.name: "-".join(str(one.label).upper().split()) for one in self.fields}
        named["to"] = PLACE
        return self.pattern.format_map(named)

    def url(self, typed: Mapping[str, str]) -> str:
        """Raises Invalid, naming the fields that are missing."""
        values = {one.name: typed.get(one.name, "").strip() for one in self.fields}
        missing = {
            one.name: str(_("Please fill in “%(field)s”.", field=one.label))
            for one in self.fields
            if one.is_needed and not values[one.name]
        }
        if missing:
            raise Invalid(" ".join(missing.values()), **missing)
        server = values.pop("server", "")
        is_plain = server.lower().startswith("http://")
        found = {
            "s": "" if is_plain else "s",
            "server": server.partition("://")[2] or server,
            "link": values.pop("link", ""),
            **{name: quote(value, safe="+") for name, value in values.items()},
        }
        return self.pattern.format_map(found).removesuffix("?token=")


SERVER = Field("server", _("Server"), _("Such as https://chat.example.org."))
TO = Field("to", _("To"), _("The number, with + and the country: +4915112345678."))
FROM = Field("from", _("From"), _("The number or name that the provider has given you."))
KEY, SECRET = Field("key", _("API key")), Field("secret", _("API secret"))


def by_link(name: str, title: str, scheme: str, where: str) -> Service:
    return Service(name, title, scheme, "{link}", (Field("link", _("Webhook address"), where),))


SERVICES = (
    Service(
        "telegram",
        "Telegram",
        "tgram",
        "tgram://{token}/{chat}",
        (
            Field(
                "token",
                _("Token of the bot"),
                _("From @BotFather, once you have made a bot there."),
            ),
            Field(
                "chat",
                _("Number of the chat"),
                _("Write to your bot first; @userinfobot tells yours."),
            ),
        ),
    ),
    Service(
        "ntfy",
        "ntfy",
        "ntfys",
        "ntfy{s}://{server}/{topic}?token={token}",
        (
            Field("server", _("Server"), _("https://ntfy.sh, or your own.")),
            Field(
                "topic",
                _("Topic"),
                _("Whoever knows it can read along: choose one that cannot be guessed."),
            ),
            Field("token", _("Access token"), _("Where the topic is protected."), is_needed=False),
        ),
    ),
    by_link(
        "slack",
        "Slack",
        "slack",
        _("Slack: Apps, Incoming Webhooks, Add. It begins with https://hooks.slack.com/."),
    ),
    by_link(
        "discord",
        "Discord",
        "discord",
        _("Discord: the channel's settings, Integrations, Webhooks."),
    ),
    by_link(
        "teams",
        "Microsoft Teams",
        "workflows",
        _("Teams: the channel's Workflows, “When a Teams webhook request is received”."),
    ),
    by_link(
        "google-chat", "Google Chat", "gchat", _("The space's menu, Apps & integrations, Webhooks.")
    ),
    Service(
        "mattermost",
        "Mattermost",
        "mmosts",
        "mmost{s}://{server}/{key}",
        (
            SERVER,
            Field("key", _("Webhook key"), _("The last part of an incoming webhook's address.")),
        ),
    ),
    Service(
        "matrix",
        "Matrix",
        "matrixs",
        "matrix{s}://{token}@{server}/{room}?discovery=no",
        (
            SERVER,
            Field(
                "token", _("Access token"), _("Of the user who writes: Element, Settings, Help.")
            ),
            Field("room", _("Room"), _("Its id or alias, such as !abc:example.org.")),
        ),
    ),
    Service(
        "gotify",
        "Gotify",
        "gotifys",
        "gotify{s}://{server}/{token}",
        (
            SERVER,
            Field("token", _("Token of the application"), _("Gotify: Apps, Create application.")),
        ),
    ),
    Service(
        "pushover",
        "Pushover",
        "pover",
        "pover://{user}@{token}",
        (Field("user", _("User key")), Field("token", _("API token of an application"))),
    ),
    Service(
        "home-assistant",
        "Home Assistant",
        "hassios",
        "hassio{s}://{server}/{token}",
        (
            SERVER,
            Field("token", _("Long-lived access token"), _("Your profile there, at its end.")),
        ),
    ),
    Service(
        "signal",
        _("Signal, through a gateway"),
        "signals",
        "signal{s}://{server}/{from}/{to}",
        (
            Field("server", _("Gateway"), _("Where your signal-cli-rest-api is reached.")),
            Field("from", _("From"), _("The number that is registered there.")),
            TO,
        ),
    ),
    Service(
        "whatsapp",
        _("WhatsApp (Meta’s Cloud API)"),
        "whatsapp",
        "whatsapp://{token}@{from}/{to}",
        (
            Field(
                "token", _("Access token"), _("Meta for Developers: your app, WhatsApp, API Setup.")
            ),
            Field(
                "from", _("Id of the number that sends"), _("“Phone number ID” on the same page.")
            ),
            TO,
        ),
        "whatsapp",
    ),
    Service(
        "twilio",
        _("SMS by Twilio"),
        "twilio",
        "twilio://{sid}:{token}@{from}/{to}",
        (Field("sid", _("Account SID")), Field("token", _("Auth token")), FROM, TO),
        "sms",
    ),
    Service(
        "vonage",
        _("SMS by Vonage"),
        "vonage",
        "vonage://{key}:{secret}@{from}/{to}",
        (KEY, SECRET, FROM, TO),
        "sms",
    ),
    Service(
        "clicksend",
        _("SMS by ClickSend"),
        "clicksend",
        "clicksend://{user}:{key}@{to}",
        (Field("user", _("User name")), KEY, TO),
        "sms",
    ),
    Service(
        "sinch",
        _("SMS by Sinch"),
        "sinch",
        "sinch://{plan}:{token}@{from}/{to}",
        (Field("plan", _("Service plan id")), Field("token", _("API token")), FROM, TO),
        "sms",
    ),
    Service("seven", _("SMS by seven.io"), "seven", "seven://{key}/{to}", (KEY, TO), "sms"),
)
BY_NAME = {one.name: one for one in SERVICES}


def offered(schemes: Collection[str]) -> list[Service]:
    return [one for one in SERVICES if one.scheme in schemes]
