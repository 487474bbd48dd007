"""Apprise, held to our own way out: what a plugin asks of a server goes through the function it is given.

Import it where it is needed and not before: it costs 0.2 s and 25 MB.
"""

import logging
import re
import types
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from apprise import AppriseAsset, NotifyBase, NotifyFormat, OverflowMode
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from reminder_app.delivery.channels.request import Request
from reminder_app.delivery.channels.statuses import Response
from reminder_app.delivery.endpoints.apprise_services import MODULE_OF, PLACE, scheme_of
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

PLUGINS = "apprise.plugins."
VERBS = ("delete", "get", "post", "put", "request")
# Of a connection, and so ours to say.
OURS = {"accept-encoding", "connection", "content-length", "host", "transfer-encoding"}
FILES = {"template", "keyfile", "subfile"}  # parameters that name a file on this machine
NO_WAY = lazy_gettext("It asks for something outside of a message.")
SEVERAL = lazy_gettext(
    "It names several receivers: add each of them by itself, so that one that fails is "
    "tried again alone."
)

Exchange = Callable[[Request], Response]
_exchange: ContextVar[Exchange] = ContextVar("exchange")
# What it says may hold tokens and the words of a message; what comes of one is in the ledger.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


class Unfit(ValueError):
    """In words for who wrote the URL; nothing of it is in them."""


class Refused(Exception):
    """A plugin wants what it must not have."""


class OurWay(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        exchange = _exchange.get(None)
        if exchange is None:
            raise Refused(NO_WAY)
        found = exchange(asked(request))
        # Without its Location no redirect is followed.
        headers = {name: value for name, value in found.headers.items() if name != "location"}
        answer = HTTPResponse(
            BytesIO(found.body), headers, found.status, preload_content=False, decode_content=False
        )
        return self.build_response(request, answer)


def asked(request: requests.PreparedRequest) -> Request:
    body = request.body or b""
    headers = {
        text(name): text(value)
        for name, value in request.headers.items()
        if text(name).lower() not in OURS
    }
    content = body.encode() if isinstance(body, str) else body
    if not isinstance(content, bytes):  # a file, a stream
        raise Refused(NO_WAY)
    return Request(request.url or "", content, headers, request.method or "POST")


def text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


class OurSession(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # neither proxies nor somebody's .netrc

    def get_adapter(self, url: str | bytes) -> OurWay:
        return OurWay()


def asking(verb: str) -> Callable[..., requests.Response]:
    def ask(*args: Any, **kwargs: Any) -> requests.Response:
        with OurSession() as session:
            return getattr(session, verb)(*args, **kwargs)  # type: ignore[no-any-return]

    return ask


class NoFiles:
    """In the place of attachments: none is there, and none can be added."""

    def __init__(self, *_: Any, **__: Any) -> None:
        return None

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def add(self, *_: Any, **__: Any) -> bool:
        raise Refused(NO_WAY)


def no_file(*_: Any, **__: Any) -> Any:
    raise Refused(NO_WAY)


OUR_REQUESTS = types.SimpleNamespace(
    codes=requests.codes,
    RequestException=requests.RequestException,
    TooManyRedirects=requests.TooManyRedirects,
    **{verb: asking(verb) for verb in VERBS},
)


@cache
def plugin_of(module: str) -> Any:
    """Its class, with our requests and without files in it and in what it inherits from."""
    loaded = import_module(PLUGINS + module)
    mine = (one for one in vars(loaded).values() if isinstance(one, type))
    found = next(
        one
        for one in mine
        if issubclass(one, NotifyBase)
        and one.__module__.startswith(loaded.__name__)
        and (one.protocol or one.secure_protocol)
    )
    for one in {each.__module__ for each in found.__mro__ if each.__module__.startswith(PLUGINS)}:
        inside = vars(import_module(one))
        inside["open"] = no_file
        if "requests" in inside:
            inside["requests"] = OUR_REQUESTS
        if "AppriseAttachment" in inside:
            inside["AppriseAttachment"] = NoFiles
    return found


@cache
def asset(site: str) -> AppriseAsset:
    return AppriseAsset(
        app_id="Reminder App",
        app_desc="Reminder App",
        app_url=site,
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        http_redirects=False,
    )


class Target:
    """One receiver at one service."""

    def __init__(self, plugin: Any) -> None:
        self._plugin = plugin
        plugin.request_rate_per_sec = 0
        plugin.throttle = lambda *_, **__: None  # how fast is not for a plugin to sleep
        plugin.overflow_mode = OverflowMode.TRUNCATE

    @property
    def service(self) -> str:
        return str(self._plugin.service_name)

    @property
    def has_title(self) -> bool:
        return int(self._plugin.title_maxlen) > 0

    @property
    def longest(self) -> int:
        return int(self._plugin.body_maxlen)

    def shown(self, number: str = "") -> str:
        """Its URL as Apprise masks it, and of what it leaves whole, ends alone. `number`: what was
        put in for any number, and is shown as such."""
        url = str(self._plugin.url(privacy=True)).partition("?")[0]
        if number:
            url = re.sub(rf"(%2B|\+)?{number.lstrip('+')}", PLACE, url)
        scheme, _colon, rest = url.partition("://")
        first, *others = (part for part in rest.split("/") if part)
        user, at, host = first.rpartition("@")
        who = ":".join(ends(one) for one in user.split(":") if one)
        return f"{scheme}://{who}{at}" + "/".join([shown_host(host), *map(ends, others)])

    def say(self, title: str, body: str, exchange: Exchange) -> bool:
        """Whether the service took it. What `exchange` raises goes through."""
        token = _exchange.set(exchange)
        try:
            found = self._plugin.notify(
                title=title if self.has_title else "", body=body, body_format=NotifyFormat.TEXT
            )
        finally:
            _exchange.reset(token)
        return bool(found)


def shown_host(text: str) -> str:
    """Where a URL has a host, some services have a token or a number."""
    host, colon, port = text.partition(":")
    is_host = "." in host or host == "localhost"
    return f"{host}{colon}{port}" if is_host else ends(text)


def ends(part: str) -> str:
    is_masked = "..." in part or "****" in part or part == PLACE
    part = unquote(part)
    return part if is_masked else f"{part[:1]}...{part[-1:]}"


def target(url: str, site: str) -> Target:
    """`url`: of a scheme in MODULE_OF, or as a service in COPIED has given it. Raises Unfit."""
    url = url.strip()
    found = plugin_of(MODULE_OF[scheme_of(url)])
    for name, _value in parse_qsl(urlsplit(url).query):
        if name.lower() in FILES:
            raise Unfit(_("Leave %(name)s= out: files are not read here.", name=name))
    unfit = Unfit(
        _(
            "This does not look right for %(service)s: %(url)s says how it is written.",
            service=found.service_name,
            url=found.setup_url,
        )
    )
    is_copied = url.lower().startswith(("https://", "http://"))
    try:
        values = found.parse_native_url(url) if is_copied else found.parse_url(url)
        plugin = found(**values, asset=asset(site)) if values else None
    except Exception as error:  # of a hundred plugins; their words hold what was written
        raise unfit from error
    if plugin is None:
        raise unfit
    if len(plugin) > 1:
        raise Unfit(SEVERAL)
    return Target(plugin)
