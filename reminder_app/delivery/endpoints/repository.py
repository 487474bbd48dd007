import uuid
from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import Table, func, select, update

from reminder_app.database import (
    Page,
    changed,
    database_now,
    db,
    insert_missing,
    keyset_page,
    new_id,
)
from reminder_app.database.sealing import Secret
from reminder_app.delivery import states
from reminder_app.delivery.endpoints.kinds import GONE
from reminder_app.delivery.endpoints.models import ChannelOrder, Endpoint, Gateway, PushKey
from reminder_app.delivery.models import Delivery

PUSH_KEYS = cast(Table, PushKey.__table__)
TEST = "endpoint"  # what the test messages of one come from, and of a gateway


def get(user_id: uuid.UUID, endpoint_id: uuid.UUID) -> Endpoint | None:
    return db.session.scalar(select(Endpoint).filter_by(user_id=user_id, id=endpoint_id))


def lock(user_id: uuid.UUID, endpoint_id: uuid.UUID) -> Endpoint | None:
    query = select(Endpoint).filter_by(user_id=user_id, id=endpoint_id).with_for_update()
    return db.session.scalar(query)


def by_id(endpoint_id: uuid.UUID) -> Endpoint | None:
    """The worker's look."""
    query = select(Endpoint).filter_by(id=endpoint_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def browse(user_id: uuid.UUID, cursor: str | None, limit: int) -> Page[Endpoint]:
    query = select(Endpoint).filter_by(user_id=user_id)
    return keyset_page(query, (Endpoint.created_at, Endpoint.id), cursor=cursor, limit=limit)


def count(user_id: uuid.UUID) -> int:
    return db.session.scalar(select(func.count(Endpoint.id)).filter_by(user_id=user_id)) or 0


def names_of(user_id: uuid.UUID) -> list[str]:
    query = select(Endpoint.name).where(Endpoint.user_id == user_id, Endpoint.state != GONE)
    return list(db.session.scalars(query.order_by(Endpoint.created_at)))


def kinds_of(user_id: uuid.UUID) -> set[str]:
    query = select(Endpoint.kind).where(Endpoint.user_id == user_id, Endpoint.state != GONE)
    return set(db.session.scalars(query.distinct()))


def by_address(address_hash: bytes) -> Sequence[Endpoint]:
    """Of whomever."""
    return db.session.scalars(select(Endpoint).filter_by(address_hash=address_hash)).all()


def add(row: Endpoint | ChannelOrder | Gateway) -> None:
    db.session.add(row)
    db.session.flush()


def remove(found: Endpoint | Gateway) -> None:
    db.session.delete(found)
    db.session.flush()


def change(endpoint_id: uuid.UUID, **values: Any) -> bool:
    found = by_id(endpoint_id)
    for name, value in values.items() if found else ():
        setattr(found, name, value)
    return found is not None


def order_of(user_id: uuid.UUID, *, lock: bool = False) -> ChannelOrder | None:
    query = select(ChannelOrder).filter_by(user_id=user_id)
    return db.session.scalar(query.with_for_update() if lock else query)


def ways(user_ids: Collection[uuid.UUID]) -> Sequence[Any]:
    """(user, kind, id, first, afterwards, after_minutes) of each endpoint that may still work."""
    order = ChannelOrder
    query = select(
        *(Endpoint.user_id, Endpoint.kind, Endpoint.id),
        *(order.first, order.afterwards, order.after_minutes),
    ).outerjoin(order, order.user_id == Endpoint.user_id)
    query = query.where(Endpoint.user_id.in_(user_ids), Endpoint.state != GONE)
    return db.session.execute(query.order_by(Endpoint.id)).all()


def gateway(workspace_id: uuid.UUID, channel: str, *, lock: bool = False) -> Gateway | None:
    query = select(Gateway).filter_by(workspace_id=workspace_id, channel=channel)
    return db.session.scalar(query.with_for_update() if lock else query)


def gateway_by_id(gateway_id: uuid.UUID) -> Gateway | None:
    """The worker's look."""
    query = select(Gateway).filter_by(id=gateway_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def gateways(workspace_ids: Collection[uuid.UUID]) -> Sequence[Gateway]:
    query = select(Gateway).where(Gateway.workspace_id.in_(workspace_ids))
    return db.session.scalars(query.order_by(Gateway.channel)).all()


def tests_of(endpoint_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Delivery]:
    """The last test message of each."""
    where = Delivery.source_kind == TEST, Delivery.source_id.in_(endpoint_ids)
    last = select(Delivery.source_id, func.max(Delivery.due_at).label("at")).where(*where)
    found = last.group_by(Delivery.source_id).subquery()
    is_last = (Delivery.source_id == found.c.source_id) & (Delivery.due_at == found.c.at)
    query = select(Delivery).join(found, is_last).where(Delivery.source_kind == TEST)
    return {one.source_id: one for one in db.session.scalars(query) if one.source_id}


def call_off(account: str, reason: str) -> int:
    at = database_now()
    ours = update(Delivery).where(Delivery.account == account)
    on_the_wire = ours.where(Delivery.state.in_(states.DOUBTFUL))
    changed(on_the_wire.values(cancelled_at=at))
    values = {"state": states.CANCELLED, "reason": reason, "cancelled_at": at, "lease_until": None}
    return changed(ours.where(Delivery.state.in_(states.WAITING)).values(values))


def push_key() -> PushKey | None:
    return db.session.scalar(select(PushKey).filter_by(name="site"))


def keep_push_key(public: str, private: Secret) -> None:
    """Whoever is first."""
    at = database_now()
    row = {"id": new_id(), "name": "site", "created_at": at, "updated_at": at}
    insert_missing(PUSH_KEYS, [{**row, "public": public, "private": private}])
