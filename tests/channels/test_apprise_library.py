"""What a service's plugin may do here: ask servers by our own way, and nothing else."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from reminder_app.delivery.channels.statuses import Response
from reminder_app.delivery.endpoints import apprise_library, apprise_services
from reminder_app.delivery.endpoints.apprise_forms import BY_NAME, SERVICES
from reminder_app.delivery.endpoints.apprise_services import MODULE_OF
from tests.architecture.tree import APP

SITE = "https://reminders.example.org"
# What of Python starts programs, opens sockets or looks at this machine.
CLOSED = {
    "asyncio", "ctypes", "dbus", "ftplib", "gi", "gntp", "hid", "http", "multiprocessing", "paho", "pathlib",
    "pika", "platform", "shutil", "signal", "slixmpp", "smpplib", "smtplib", "socket", "ssl", "subprocess",
    "sys", "syslog", "telnetlib", "tempfile", "urllib3", "win32api",
}  # fmt: skip
KNOWN = {
    "token": "123456789:abcdefghijklmnopqrstuvwxyz012345678", "chat": "987654321", "topic": "a-secret-topic",
    "server": "https://chat.example.org", "key": "abcdefghijklmnopqrstuvwxyz", "secret": "abcdefgh01234567",
    "to": "+4915112345678", "from": "+4915187654321", "sid": "AC" + "a" * 32, "user": "u" * 30, "plan": "a" * 32,
    "room": "!abc:example.org",
}  # fmt: skip
OF_THE_SERVICE = {
    "slack": {"link": "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"},
    "discord": {"link": "https://discord.com/api/webhooks/0123456789/" + "B" * 40},
    "teams": {
        "link": "https://prod-1.westus.logic.azure.com:443/workflows/643e69f83c8944/triggers/manual/paths"
        "/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu"
    },
    "google-chat": {"link": "https://chat.googleapis.com/v1/spaces/room/messages?key=k&token=t"},
    "twilio": {"token": "b" * 32},
    "sinch": {"token": "b" * 32},
    "pushover": {"token": "a" * 30},
    "gotify": {"token": "abcdef.12345678"},
    "vonage": {"key": "AC123456"},
    "whatsapp": {"token": "abcdefg", "from": "12345678901234"},
}  # fmt: skip


def source_of(module: str) -> list[ast.Module]:
    found = Path(import_module(apprise_library.PLUGINS + module).__file__)
    files = found.parent.glob("**/*.py") if found.name == "__init__.py" else [found]
    return [ast.parse(one.read_text()) for one in files]


def imported(module: str) -> set[str]:
    names = set()
    for node in (node for one in source_of(module) for node in ast.walk(one)):
        if isinstance(node, ast.Import):
            names |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0] if not node.level else node.module)
    return names


@pytest.mark.parametrize("module", sorted(set(MODULE_OF.values())))
def test_a_module_that_may_be_loaded_speaks_http_alone(module):
    assert not imported(module) & (CLOSED | {"utils.socket", "persistent_store"})
    plugin = apprise_library.plugin_of(module)
    inside = vars(sys.modules[plugin.__module__])
    assert inside.get("requests", apprise_library.OUR_REQUESTS) is apprise_library.OUR_REQUESTS
    with pytest.raises(apprise_library.Refused):
        inside["open"]("/etc/passwd")


def test_schemes_are_those_that_apprise_gives_these_modules():
    found = {module: apprise_library.plugin_of(module) for module in MODULE_OF.values()}
    theirs = {scheme: name for name, one in found.items() for scheme in one.schemas(one)}
    assert theirs == MODULE_OF


@pytest.mark.parametrize(
    "document", ["CHANGELOG.md", "docs/adr/0026-apprise.md", "docs/channels.md", "docs/features.md"]
)
def test_documents_say_how_many_services_there_are(document):
    said = re.findall(r"(\d+) services", (APP.parent / document).read_text(encoding="utf-8"))
    assert said == [str(len(set(MODULE_OF.values())))]


@pytest.mark.parametrize(
    "scheme",
    ["amqp", "aprs", "blink1", "dbus", "fcm", "file", "gio", "glib", "gnome", "growl", "irc", "kde", "macosx", "mailto", "mqtt", "nostr", "qt", "rsyslog", "smpp", "syslog", "vapid", "windows", "xmpp"],
)  # fmt: skip
def test_what_is_no_http_or_reads_files_is_never_allowed(scheme):
    assert scheme not in apprise_services.allowed([apprise_services.ALL, scheme])


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_a_service_of_the_list_is_written_and_spoken_to(service):
    typed = KNOWN | OF_THE_SERVICE.get(service.name, {})
    asked = []

    def exchange(request):
        asked.append(request)
        return Response(404 if request.method == "GET" else 200, {}, b"{}")

    target = apprise_library.target(service.url(typed), SITE)
    target.say("Pay the rent", "Today", exchange)
    assert asked
    assert all(one.url.startswith("https://") for one in asked)
    assert b"Today" in asked[-1].body or b"Today" in asked[0].body
    secrets = [one for one in typed.values() if len(one) > 9 and "//" not in one]
    assert not any(one in target.shown() for one in secrets)


def test_nothing_is_asked_outside_of_a_message():
    with pytest.raises(apprise_library.Refused):
        apprise_library.OUR_REQUESTS.post("http://127.0.0.1:9/")


def test_its_address_is_shown_masked():
    shown = apprise_library.target("ntfys://a-secret-topic", SITE).shown()
    assert shown == "ntfys://a...c"
    url = "json://anna:zebra-password@box.example.org:8080/a-secret-path?+Key=zebra"
    assert (
        apprise_library.target(url, SITE).shown() == "json://a...a:****@box.example.org:8080/a...h"
    )


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("tgram://no-token/1", "does not look right for Telegram"),
        ("ntfys://ntfy.sh/one/two", "several receivers"),
        ("discord://0123456789/" + "B" * 40 + "?template=/etc/passwd", "Leave template= out"),
    ],
)
def test_what_does_not_fit_is_told_without_what_was_written(url, why):
    with pytest.raises(apprise_library.Unfit) as refused:
        apprise_library.target(url, SITE)
    assert why in str(refused.value)
    assert url not in str(refused.value)


def test_who_does_not_use_it_does_not_load_it():
    ask = "import sys; import reminder_app.app; print({'apprise', 'requests'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_a_server_is_written_as_people_know_it():
    ntfy = BY_NAME["ntfy"]
    assert ntfy.url({"server": "http://box:8080", "topic": "a"}) == "ntfy://box:8080/a"
    assert (
        ntfy.url({"server": "ntfy.sh", "topic": "a", "token": "t/k"})
        == "ntfys://ntfy.sh/a?token=t%2Fk"
    )
