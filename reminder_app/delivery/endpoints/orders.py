"""Through which channels a person is reminded: what comes first, and what follows where that was not seen."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from reminder_app.database import new_id, transaction
from reminder_app.delivery.endpoints import kinds, repository
from reminder_app.delivery.endpoints.models import ChannelOrder
from reminder_app.errors import refuse
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext

OWN = "own"  # of a recipient: as the person has set it
LONGEST_WAIT = 24 * 60


@dataclass(frozen=True)
class Way:
    """One message: through `account`, `after` its time. `part` stands in its key."""

    account: str
    part: str
    after: timedelta = timedelta(0)
    to: str = ""  # a number; empty: their email address, as the ledger names people

    @property
    def is_mail(self) -> bool:
        return self.account == kinds.EMAIL


MAIL = Way(kinds.EMAIL, kinds.EMAIL)


@dataclass
class Ways:
    """Of one person."""

    first: str = kinds.EMAIL
    afterwards: str = ""
    after: timedelta = timedelta(0)
    by_kind: dict[str, list[Way]] = field(default_factory=lambda: defaultdict(list))

    def of(self, channel: str) -> Sequence[Way]:
        """Where there is none of a kind any more, email stands for it."""
        if channel != OWN:
            return self._through(channel)
        first = self._through(self.first)
        if not self.afterwards:
            return first
        taken = {way.account for way in first}
        then = [way for way in self._through(self.afterwards) if way.account not in taken]
        return [*first, *(replace(one, after=self.after) for one in then)]

    def _through(self, kind: str) -> list[Way]:
        return self.by_kind.get(kind) or [MAIL]


BY_MAIL = Ways()


def ways_of(user_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Ways]:
    """Of those who have more than email; one query."""
    found: dict[uuid.UUID, Ways] = {}
    for row in repository.ways(user_ids) if user_ids else ():
        if row.user_id not in found:
            after = timedelta(minutes=row.after_minutes or 0)
            found[row.user_id] = Ways(row.first or kinds.EMAIL, row.afterwards or "", after)
        way = Way(kinds.account_of(row.kind, row.id), row.id.hex)
        found[row.user_id].by_kind[row.kind].append(way)
    return found


@dataclass(frozen=True)
class Order:
    first: str = kinds.EMAIL
    afterwards: str = ""
    after_minutes: int = 15

    @property
    def words(self) -> str:
        if not self.afterwards:
            return _("%(first)s only.", first=kinds.TITLES[self.first])
        return ngettext(
            "%(first)s, and %(then)s after %(num)s minute if it was not seen or done.",
            "%(first)s, and %(then)s after %(num)s minutes if it was not seen or done.",
            self.after_minutes,
            first=kinds.TITLES[self.first],
            then=kinds.THEN[self.afterwards],
        )


def order_of(user_id: uuid.UUID) -> Order:
    found = repository.order_of(user_id)
    if found is None:
        return Order()
    return Order(found.first, found.afterwards, found.after_minutes or Order.after_minutes)


@transaction
def set_order(user_id: uuid.UUID, first: str, afterwards: str, after_minutes: int) -> Order:
    """Raises Invalid."""
    has = {kinds.EMAIL, *repository.kinds_of(user_id)}
    if first not in has:
        refuse("first", _("Choose a channel that you have added, or add one below first."))
    if afterwards and (afterwards not in has or afterwards == first):
        refuse("afterwards", _("Choose another channel than the first, that you have added."))
    if not 0 < after_minutes <= LONGEST_WAIT:
        refuse("after_minutes", _("Choose 1 minute to a day."))
    found = repository.order_of(user_id, lock=True)
    if found is None:
        found = ChannelOrder(id=new_id(), user_id=user_id)
    found.first, found.afterwards, found.after_minutes = first, afterwards, after_minutes
    repository.add(found)
    return Order(first, afterwards, after_minutes)
