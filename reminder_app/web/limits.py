"""Rate limits: in Redis where there is one, per process while it is away."""

import hashlib
import logging
import time
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, g, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.wrappers import Response

from reminder_app.errors import TooMany
from reminder_app.translations import gettext as _

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)
SECONDS = 1  # that Redis may take
AWAY_SECONDS = 10  # that it is left alone after it did not answer
# Two cores hash 28 passwords a second: what is left over keeps the pages alive.
HASHES = "600 per minute"
TRIES = "20 per minute; 200 per hour"
NEW_ACCOUNTS = "10 per hour; 30 per day"
LETTERS = "5 per hour"  # to one address
SENT_LETTERS = "30 per hour"  # by one address or person


def network() -> str:
    """Who asks, before anybody has signed in: an IPv4 address, or the /64 one household has."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:  # a proxy may name what is no address
        return str(request.remote_addr)[:45]
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped  # IPv4 through a socket for both
        return str(mapped or ip_network(f"{address}/64", strict=False))
    return str(address)


def caller() -> str:
    """Whoever is known has a budget of their own: an office behind one address is many people."""
    actor = g.get("actor")
    return str(actor.token_id or actor.user_id) if actor else network()


limiter = Limiter(caller, default_limits=["6000 per minute"], headers_enabled=True)


def before_hashing(who: str = "") -> None:
    """`who`: a person who is signed in; a network without."""
    # In this order: whoever is stopped here takes nothing from the others.
    spend("tries", who or network(), TRIES)
    spend("hashes", "all", HASHES)


def before_sign_up() -> None:
    spend("new accounts", network(), NEW_ACCOUNTS)


def before_letter(to: str, sender: str = "") -> None:
    """Nobody's mailbox is filled through us. `to`: in the one spelling of its address."""
    spend("sent letters", sender or network(), SENT_LETTERS)
    spend("letters", hashlib.sha256(to.encode()).hexdigest()[:32], LETTERS)


def spend(name: str, key: str, rates: str) -> None:
    """Count one more under `name` for `key`. Raises TooMany when that is over a rate."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return
    for rate in parse_many(rates):
        wait = current_app.extensions["counts"].hit(rate, name, key)
        if wait:
            raise TooMany(_("That was a bit often. Please wait a little and try again."), wait)


def wait_for(counts: FixedWindowRateLimiter, rate: RateLimitItem, names: tuple[str, ...]) -> int:
    if counts.hit(rate, *names):
        return 0
    return max(1, round(counts.get_window_stats(rate, *names).reset_time - time.time()))


class Counts:
    """What was spent: told to all processes where there is Redis, and to this one in any case."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        self.shared = FixedWindowRateLimiter(storage_from_string(url or "memory://", **options))
        self.local = FixedWindowRateLimiter(MemoryStorage())
        self.away_until = 0.0

    def hit(self, rate: RateLimitItem, *names: str) -> int:
        """Seconds to wait; 0 while there is room."""
        if time.monotonic() < self.away_until:
            return wait_for(self.local, rate, names)
        try:
            return wait_for(self.shared, rate, names)
        except RedisError as error:
            log.warning("limits are counted by this process alone: %s", type(error).__name__)
            self.away_until = time.monotonic() + AWAY_SECONDS
            return wait_for(self.local, rate, names)


def patient(action: Callable[P, R]) -> Callable[P, R]:
    """A form's action whose TooMany keeps the page with what was typed, as 429 with Retry-After."""

    @wraps(action)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return action(*args, **kwargs)
        except TooMany as error:
            g.wait = error.retry_after
            raise

    return call


def tell_to_wait(response: Response) -> Response:
    if "wait" in g and response.status_code == 422:
        response.status_code = 429
        response.headers["Retry-After"] = str(g.wait)
    if response.status_code not in (429, 503):  # the limiter says it with every answer
        response.headers.pop("Retry-After", None)
    return response


def redis_options() -> dict[str, Any]:
    """One try, one second: nobody waits at the door because the counter is slow."""
    return {
        "socket_connect_timeout": SECONDS,
        "socket_timeout": SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


def init_app(app: Flask) -> None:
    url = app.config["SETTINGS"].redis_url
    options = redis_options() if url else {}
    app.config.setdefault("RATELIMIT_ENABLED", True)
    app.config.setdefault("RATELIMIT_STORAGE_URI", url or "memory://")
    app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", options)
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(url)
    app.extensions["counts"] = Counts(url, options)
    app.after_request(tell_to_wait)
    limiter.init_app(app)
