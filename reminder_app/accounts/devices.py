"""The browser behind a session, and by the names its owner knows it by: "Firefox on Linux"."""

import uuid
from dataclasses import dataclass

from reminder_app.translations import gettext as _

# The order matters: Edge and Opera say Chrome too, and Chrome says Safari.
BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
    "curl/": "curl",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Browser:
    """What asks: as it calls itself, from where, in which session and workspace so far."""

    user_agent: str = ""
    address: str = ""
    session_id: uuid.UUID | None = None
    workspace_id: uuid.UUID | None = None


UNKNOWN = Browser()


def named(user_agent: str) -> str:
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("Unknown browser")
