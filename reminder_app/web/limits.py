"""Rate limits: in Redis where there is one, per process while it is away."""

from flask import Flask, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SECONDS = 1


def who() -> str:
    actor = g.get("actor")
    return f"user:{actor.user_id}" if actor else f"address:{get_remote_address()}"


limiter = Limiter(who, default_limits=["1200 per minute"], headers_enabled=True)
# Before a password is hashed: one address may try this often.
by_address = limiter.shared_limit(
    "30 per minute; 300 per hour", scope="sign-in", key_func=get_remote_address
)


def init_app(app: Flask) -> None:
    url = app.config["SETTINGS"].redis_url
    app.config.setdefault("RATELIMIT_STORAGE_URI", url or "memory://")
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(url)
    if url:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_connect_timeout": SECONDS,
            "socket_timeout": SECONDS,
        }
    limiter.init_app(app)
