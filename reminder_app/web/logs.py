"""Logs: one line an event, with the request's id, and never a secret."""

import logging
import re
import uuid

from flask import Flask, g, has_request_context
from werkzeug.wrappers import Response

FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
SECRET = re.compile(
    r"(rk_[a-z]+_|://[^:/\s]*:|[?&]token=|/(?:reset|invitations|[def]|calendar-feeds)/|Bearer )[^\s@\"'&/]+",
    re.IGNORECASE,
)


class RequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = g.get("request_id", "-") if has_request_context() else "-"
        return True


class Redacted(logging.Formatter):
    """Tokens, passwords in URLs and signed links are cut out, wherever they come from."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1***", super().format(record))


def init_app(app: Flask) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(FORMAT))
    handler.addFilter(RequestId())
    handler.set_name("reminder_app")
    root = logging.getLogger()
    if not any(known.get_name() == "reminder_app" for known in root.handlers):
        root.addHandler(handler)
    root.setLevel(app.config["SETTINGS"].log_level)

    @app.before_request
    def number() -> None:
        g.request_id = uuid.uuid4().hex[:12]

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        return response
