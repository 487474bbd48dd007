"""The ledger's rows: planning, calling off, reading."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import selectinload

from reminder_app.database import (
    Page,
    changed,
    db,
    insert_all,
    insert_missing,
    keyset_page,
)
from reminder_app.database.pagination import encode
from reminder_app.delivery import states
from reminder_app.delivery.models import REMINDER, Delivery, DeliveryPlan

CHUNK = 500
LEDGER = cast(Table, Delivery.__table__)
PLANS = cast(Table, DeliveryPlan.__table__)


def insert(rows: Sequence[Mapping[str, Any]]) -> set[uuid.UUID]:
    """Insert what has a new key; the ids of those that were new, also while others insert."""
    insert_missing(LEDGER, rows)
    ids = [row["id"] for row in rows]
    chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return {
        found
        for chunk in chunks
        for found in db.session.scalars(select(Delivery.id).where(Delivery.id.in_(chunk)))
    }


def add_plans(rows: Sequence[Mapping[str, Any]]) -> None:
    insert_all(PLANS, rows)


def count_with_key(part_id: uuid.UUID, ending: str) -> int:
    query = select(func.count()).select_from(Delivery).filter_by(part_id=part_id)
    return db.session.scalar(query.where(Delivery.key.endswith(ending, autoescape=True))) or 0


def id_of(key: str) -> uuid.UUID | None:
    return db.session.scalar(select(Delivery.id).filter_by(key=key))


def of_source(
    source_kind: str, source_id: uuid.UUID | None, part_id: uuid.UUID | None
) -> list[ColumnElement[bool]]:
    if source_id is None and part_id is None:
        raise ValueError("name the source or its part: a whole kind is never called off")
    found = [Delivery.source_kind == source_kind]
    found += [Delivery.source_id == source_id] if source_id else []
    return found + ([Delivery.part_id == part_id] if part_id else [])


def of_sources(
    source_kind: str, source_ids: Collection[uuid.UUID], part_id: uuid.UUID | None
) -> list[ColumnElement[bool]]:
    if part_id:
        return of_source(source_kind, None, part_id)
    return [Delivery.source_kind == source_kind, Delivery.source_id.in_(source_ids)]


def with_in_key(parts: Collection[uuid.UUID | str]) -> ColumnElement[bool]:
    return or_(false(), *(Delivery.key.contains(f":{part}:") for part in parts))


def ids_with_in_key(
    of: Sequence[ColumnElement[bool]], parts: Collection[uuid.UUID | str]
) -> list[uuid.UUID]:
    """For many parts: what still waits or is on the wire is gone through once."""
    named = {str(part) for part in parts}
    query = select(Delivery.id, Delivery.key).where(
        *of, Delivery.state.in_(states.WAITING | states.DOUBTFUL)
    )
    return [one for one, key in db.session.execute(query) if not named.isdisjoint(key.split(":"))]


def cancel(of: Sequence[ColumnElement[bool]], reason: str, at: datetime) -> int:
    on_the_wire = update(Delivery).where(*of, Delivery.state.in_(states.DOUBTFUL))
    changed(on_the_wire.values(cancelled_at=at))
    waiting = update(Delivery).where(*of, Delivery.state.in_(states.WAITING))
    values = {"state": states.CANCELLED, "reason": reason, "cancelled_at": at, "lease_until": None}
    return changed(waiting.values(values))


def hand_over(
    source_kind: str,
    part_ids: Collection[uuid.UUID],
    source_id: uuid.UUID,
    in_keys: Mapping[str, str],
) -> None:
    theirs = Delivery.source_kind == source_kind, Delivery.part_id.in_(part_ids)
    changed(update(Delivery).where(*theirs).values(source_id=source_id))
    # A key stands in what was rendered: that stays.
    is_new = (
        Delivery.content_hash.is_(None),
        Delivery.state.in_({*states.WAITING, states.CANCELLED}),
    )
    rows = db.session.execute(select(Delivery.id, Delivery.key).where(*theirs, *is_new)).all()
    renamed = [
        {"of": one, "as": ":".join(in_keys.get(word, word) for word in key.split(":"))}
        for one, key in rows
    ]
    if renamed:
        each = update(LEDGER).where(LEDGER.c.id == bindparam("of")).values(key=bindparam("as"))
        db.session.connection().execute(each, renamed)


def cancel_ids(ids: Sequence[uuid.UUID], reason: str, at: datetime) -> int:
    chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return sum(cancel([Delivery.id.in_(chunk)], reason, at) for chunk in chunks)


def take_file_out(of: Sequence[ColumnElement[bool]], key: str, since: datetime) -> int:
    """Of what waits, and of what was due since then and may be sent again.

    Two statements, each bounded by an index: what a reminder sent over the years is not gone through.
    """
    not_gone = states.FINAL - {states.SENT, states.COLLAPSED}
    waits = Delivery.state.in_(states.WAITING)
    ended = and_(Delivery.state.in_(not_gone), Delivery.due_at >= since)
    has_it = func.json_extract(Delivery.files, f'$."{key}"').is_not(None)
    values = {"files": func.json_remove(Delivery.files, f'$."{key}"'), "content_hash": None}
    return sum(
        changed(update(Delivery).where(*of, those, has_it).values(values))
        for those in (waits, ended)
    )


def called_off(of: Sequence[ColumnElement[bool]], reason: str) -> Sequence[Any]:
    """Also what is on the wire, and would not be tried again."""
    its = and_(Delivery.state == states.CANCELLED, Delivery.reason == reason)
    on_the_wire = and_(Delivery.state.in_(states.DOUBTFUL), Delivery.cancelled_at.is_not(None))
    query = select(
        Delivery.id, Delivery.source_id, Delivery.part_id, Delivery.key, Delivery.address
    )
    return db.session.execute(query.where(*of, or_(its, on_the_wire))).all()


def revive(ids: Sequence[uuid.UUID]) -> int:
    on_the_wire = update(Delivery).where(Delivery.id.in_(ids), Delivery.state.in_(states.DOUBTFUL))
    changed(on_the_wire.values(cancelled_at=None))
    cancelled = update(Delivery).where(Delivery.id.in_(ids), Delivery.state == states.CANCELLED)
    return changed(cancelled.values(state=states.PENDING, reason="", cancelled_at=None))


def get(workspace_id: uuid.UUID, delivery_id: uuid.UUID) -> Delivery | None:
    found = select(Delivery).filter_by(id=delivery_id, workspace_id=workspace_id)
    return db.session.scalar(found.options(selectinload(Delivery.history)))


def lock(workspace_id: uuid.UUID, delivery_id: uuid.UUID) -> Delivery | None:
    found = select(Delivery).filter_by(id=delivery_id, workspace_id=workspace_id)
    return db.session.scalar(found.options(selectinload(Delivery.history)).with_for_update())


def find(delivery_id: uuid.UUID) -> Delivery | None:
    """In any workspace, for the operator."""
    return db.session.get(Delivery, delivery_id, with_for_update=True)


def page(query: Select[Any], *, cursor: str | None, limit: int, descending: bool) -> Page[Delivery]:
    columns = (Delivery.due_at, Delivery.id)
    return keyset_page(query, columns, cursor=cursor, limit=limit, descending=descending)


def cursor_of(delivery: Delivery) -> str:
    return encode(delivery.due_at, delivery.id)


def ledger(
    workspace_id: uuid.UUID,
    *,
    reminder_id: uuid.UUID | None = None,
    state: str | None = None,
    contact_id: uuid.UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    channel: str | None = None,
    search: str | None = None,
) -> Select[Any]:
    query = select(Delivery).where(Delivery.workspace_id == workspace_id)
    if reminder_id:
        query = query.where(Delivery.source_kind == REMINDER, Delivery.source_id == reminder_id)
    if contact_id:
        query = query.where(Delivery.contact_id == contact_id)
    if state:
        query = query.where(Delivery.state == state)
    if since:
        query = query.where(Delivery.due_at >= since)
    if until:
        query = query.where(Delivery.due_at < until)
    if channel:
        query = query.where(Delivery.channel == channel)
    return query.where(says(search)) if search else query


def count(query: Select[Any], most: int) -> int:
    """Up to `most`: the cost of more than anybody reads has an end."""
    some = query.with_only_columns(Delivery.id).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def lock_waiting(query: Select[Any], limit: int) -> list[uuid.UUID]:
    """Of a ledger's rows those that are not handed over, oldest first; not what others hold."""
    found = query.with_only_columns(Delivery.id).where(Delivery.state.in_(states.WAITING))
    found = found.order_by(Delivery.due_at, Delivery.id).limit(limit)
    return list(db.session.scalars(found.with_for_update(skip_locked=True)))


def says(search: str) -> ColumnElement[bool]:
    return or_(
        *(
            column.contains(search, autoescape=True)
            for column in (Delivery.address, Delivery.name, Delivery.subject)
        )
    )


def lock_sendable(query: Select[Any], limit: int) -> list[uuid.UUID]:
    """Of a ledger's rows those whose words are still there, oldest first; not what others hold."""
    is_spent = and_(Delivery.is_secret == true(), Delivery.state.in_(states.FINAL))
    found = query.with_only_columns(Delivery.id).where(LEDGER.c.payload.is_not(None), ~is_spent)
    found = found.order_by(Delivery.due_at, Delivery.id).limit(limit)
    return list(db.session.scalars(found.with_for_update(skip_locked=True)))


def put_in_line(ids: Sequence[uuid.UUID], at: datetime, *, is_bulk: bool) -> None:
    """As a person asked for them again: at once, whatever was before. What is one of many stays so."""
    values: dict[str, Any] = {"state": states.PENDING, "reason": "", "not_before": at, "tries": 0}
    values |= dict.fromkeys(("lease_until", "deadline_at", "cancelled_at"))
    values |= {"is_bulk": True} if is_bulk else {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        changed(update(Delivery).where(Delivery.id.in_(chunk)).values(values))


def in_state(state: str, limit: int) -> Sequence[Delivery]:
    query = select(Delivery).filter_by(state=state).order_by(Delivery.due_at, Delivery.id)
    return db.session.scalars(query.limit(limit)).all()


def counts(workspace_id: uuid.UUID | None) -> list[tuple[str, str, int]]:
    """(source kind, "audience" or a state, how many), in one statement: one moment."""
    planned = select(DeliveryPlan.source_kind, literal("audience"), func.sum(DeliveryPlan.audience))
    there = select(Delivery.source_kind, Delivery.state, func.count())
    if workspace_id:
        planned = planned.where(DeliveryPlan.workspace_id == workspace_id)
        there = there.where(Delivery.workspace_id == workspace_id)
    both = planned.group_by(DeliveryPlan.source_kind).union_all(
        there.group_by(Delivery.source_kind, Delivery.state)
    )
    return [(kind, what, int(many)) for kind, what, many in db.session.execute(both)]


def forget_payloads(before: datetime, secret_before: datetime, limit: int) -> int:
    """Of at most `limit` messages that are settled; their proof stays, and when it was settled."""
    # `= true` and not `IS true`, for which MySQL uses no index.
    is_old = or_(
        and_(Delivery.is_secret == true(), Delivery.payload_since < secret_before),
        and_(Delivery.is_secret == false(), Delivery.payload_since < before),
    )
    query = select(Delivery.id).where(is_old, Delivery.state.in_(states.FINAL)).limit(limit)
    gone = {"payload": None, "payload_since": None, "updated_at": Delivery.updated_at}
    ids = list(db.session.scalars(query))
    return changed(update(Delivery).where(Delivery.id.in_(ids)).values(gone)) if ids else 0
