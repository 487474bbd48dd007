"""A create with an Idempotency-Key happens once, however often it is sent."""

import hashlib
import uuid
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from flask import Response, current_app, jsonify, make_response, request
from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError

from reminder_app.database import changed, db, now, once, transaction
from reminder_app.errors import Conflict, Invalid
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.web.gate import current
from reminder_app.web.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=48)
# Of what a browser kept while it was away. The person may work in another workspace by then.
KEPT_ANYWHERE = timedelta(days=32)
ANYWHERE = uuid.UUID(int=0)
LONGEST = 255
OTHER = lazy_gettext("This Idempotency-Key was used for another request: choose a new one.")


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer a repeated key with the first answer. Key and row are one transaction with the work.

    Only what succeeded is kept: a refused request may be mended and sent again.
    """
    return keyed(view, lambda: current().workspace_id)


def idempotent_anywhere(view: Callable[..., Any]) -> Callable[..., Any]:
    """As `idempotent`: for a month, and whatever workspace the person works in."""
    return keyed(view, lambda: ANYWHERE)


def keyed(view: Callable[..., Any], workspace: Callable[[], uuid.UUID]) -> Callable[..., Any]:
    @wraps(view)
    def call(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return make_response(view(*args, **kwargs))
        if not 0 < len(key) <= LONGEST or not key.isprintable():
            raise Invalid(
                _(
                    "%(header)s must be 1 to %(most)s printable characters.",
                    header=HEADER,
                    most=LONGEST,
                )
            )
        mine = scope(key, workspace())
        try:
            # Sent twice at the same moment, or its COMMIT not answered: what was made is there now.
            return once(lambda: made(mine, view, args, kwargs), lambda: replay(mine))
        except IntegrityError:
            return make_response(view(*args, **kwargs))

    documented = cast(Any, call)
    documented._apidoc = deepcopy(getattr(view, "_apidoc", {})) | {"idempotent": True}
    return call


@transaction
def made(
    mine: dict[str, Any],
    view: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Response:
    """The key comes first: a second request at the same moment waits for it, not for the work."""
    if (earlier := replay(mine)) is not None:
        return earlier
    row = IdempotencyKey(**mine, request_hash=request_hash(), status=0, answer={}, created_at=now())
    db.session.add(row)
    db.session.flush()
    response = make_response(view(*args, **kwargs))
    row.status, row.answer = response.status_code, response.get_json()
    return response


def replay(mine: dict[str, Any]) -> Response | None:
    row = db.session.scalar(select(IdempotencyKey).filter_by(**mine))
    if row is None:
        return None
    if row.request_hash != request_hash():
        raise Conflict(OTHER, **{HEADER: OTHER})
    response = jsonify(row.answer)
    response.status_code = row.status
    response.headers["Idempotency-Replayed"] = "true"
    return response


def scope(key: str, workspace_id: uuid.UUID) -> dict[str, Any]:
    return {
        "user_id": current().user_id,
        "workspace_id": workspace_id,
        "route": str(request.endpoint),
        "key": key,
    }


def request_hash() -> bytes:
    """With what its address names: the same words for another reminder are another request.

    Of a form with files, of what is in it: the lines between its parts are others each time.
    """
    found = hashlib.sha256("".join(map(str, (request.view_args or {}).values())).encode())
    if request.mimetype != "multipart/form-data":
        found.update(request.get_data(cache=True))
        return found.digest()
    found.update(repr(sorted(request.form.items(multi=True))).encode())
    for name, file in request.files.items(multi=True):
        file.stream.seek(0)
        content = hashlib.file_digest(cast(Any, file.stream), "sha256")
        found.update(repr((name, file.filename, content.hexdigest())).encode())
        file.stream.seek(0)
    return found.digest()


@transaction
def purge() -> int:
    """Forget old keys; returns how many."""
    made_at, is_anywhere = IdempotencyKey.created_at, IdempotencyKey.workspace_id == ANYWHERE
    is_old = or_(made_at < now() - KEPT_ANYWHERE, ~is_anywhere)
    gone = changed(delete(IdempotencyKey).where(made_at < now() - KEPT, is_old))
    current_app.logger.info("forgot %d idempotency keys", gone)
    return gone
