"""What only shows something is read from a replica, where there is one: decided here, for every view.

A view behind the gate, asked with GET or HEAD. Not what is open to all: links in mails may be followed
before a replica has what they are about. Not what is about the writer, such as the operator's pages.
"""

from collections.abc import Collection
from contextlib import ExitStack

from flask import Flask, current_app, g, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from reminder_app.database import db, routing
from reminder_app.web.gate import API, FRAMEWORK_ENDPOINTS

# In Flask's own cookie, which is signed: the last write of this browser, whoever it acts for.
COOKIE_KEY = "wrote"
LONGEST_IN_COOKIE = 600
EXTENSION = "web.replicas"


def init_app(app: Flask, of_the_writer: Collection[str] = ()) -> None:
    """Before the gate looks up who asks. With one database nothing is hooked in.

    `of_the_writer`: blueprints that are about the writer itself.
    """
    if not has_replicas(app):
        return
    app.extensions[EXTENSION] = frozenset(of_the_writer)
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
    if not only_asks() or (is_for_the_writer() and not routing.is_read_only()):
        return
    g.replica_reads = ExitStack()
    g.replica_reads.enter_context(routing.reading(after=token_of_browser()))


def only_asks() -> bool:
    """And is one that looks up who asks: the others answer for themselves."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_page = view is not None and request.endpoint not in FRAMEWORK_ENDPOINTS
    return is_page and request.method in ("GET", "HEAD") and not hasattr(view, "is_anonymous")


def is_for_the_writer() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return hasattr(view, "is_public") or request.blueprint in current_app.extensions[EXTENSION]


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
    """Who was asked has gone away in between: that is known now, and another may be there."""
    has_others = EXTENSION in current_app.extensions
    return has_others and only_asks() and not g.get("was_asked_elsewhere")


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
