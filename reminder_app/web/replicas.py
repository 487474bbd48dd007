"""What only shows something is read from a replica, where there is one: decided here, for every view.

A view behind the gate, asked with GET or HEAD. Not what is open to all: links in mails may be followed
before a replica has what they are about, and health looks at the writer.
"""

from contextlib import ExitStack

from flask import Flask, current_app, g, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from reminder_app.database import db, routing
from reminder_app.web.gate import API, FRAMEWORK_ENDPOINTS

# In Flask's own cookie, which is signed: the last write of this browser, whoever it acts for.
COOKIE_KEY = "wrote"
LONGEST_IN_COOKIE = 600


def init_app(app: Flask) -> None:
    """Before the gate looks up who asks. With one database nothing is hooked in."""
    if not has_replicas(app):
        return
    app.before_request(begin)
    app.after_request(keep_token)
    app.teardown_request(end)


def follow(app: Flask) -> None:
    """After the gate has looked up who asks."""
    if has_replicas(app):
        app.before_request(know)


def has_replicas(app: Flask) -> bool:
    with app.app_context():
        router = routing.current()
    return router is not None and bool(router.readers)


def begin() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    is_asking = request.method in ("GET", "HEAD") and view is not None
    if not is_asking or request.endpoint in FRAMEWORK_ENDPOINTS:
        return
    if getattr(view, "is_anonymous", False):
        return
    if getattr(view, "is_public", False) and not routing.is_read_only():
        return
    g.replica_reads = ExitStack()
    g.replica_reads.enter_context(routing.reading(after=token_of_browser()))


def know() -> None:
    actor = g.get("actor")
    who = (f"user:{actor.user_id}",) if actor else ()
    routing.acting_for(*who)
    if "replica_reads" in g:
        routing.must_see(*who)


def token_of_browser() -> routing.Token | None:
    if request.path.startswith(API):
        return None
    packed = session.get(COOKIE_KEY)
    return routing.Token.unpacked(packed) if isinstance(packed, str) else None


def keep_token(response: Response) -> Response:
    token = routing.last_token()
    if token and not request.path.startswith(API):
        packed = token.packed()
        # Too long for a cookie: then the moment has to do, and readers are given time.
        is_short = len(packed) <= LONGEST_IN_COOKIE
        session[COOKIE_KEY] = packed if is_short else routing.Token("", token.at).packed()
    return response


def end(_error: BaseException | None = None) -> None:
    reads: ExitStack | None = g.pop("replica_reads", None)
    if reads:
        reads.close()


def can_ask_elsewhere() -> bool:
    """The replica that was asked has gone away in between: it is left out now, and another is there."""
    return "replica_reads" in g and not g.get("was_asked_elsewhere")


def ask_elsewhere() -> ResponseReturnValue:
    """From the beginning, which looks up who asks; nothing was changed by the first time."""
    g.was_asked_elsewhere = True
    end()
    db.session.remove()
    g.pop("actor", None)
    try:
        answered = current_app.preprocess_request()
        return current_app.dispatch_request() if answered is None else answered
    except Exception as error:
        return current_app.handle_user_exception(error)
