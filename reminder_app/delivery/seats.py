"""Which accounts may have one of a few threads, by how each of them answered last."""

from collections.abc import Mapping

MOST_KNOWN = 10_000


class Seats:
    """One is kept for those that answered quickly, and one for those not known yet."""

    def __init__(self, many: int) -> None:
        self.many = many
        self._is_quick: dict[str, bool] = {}  # nothing: not known yet

    def has_one_for(self, name: str, serving: Mapping[str, bool]) -> bool:
        """`serving`: whether each of those that have one is slow by now."""
        is_quick = self._is_quick.get(name)
        if is_quick:
            return True
        now = [not is_slow and self._is_quick.get(one) for one, is_slow in serving.items()]
        slow = sum(one is False for one in now)
        others = slow + sum(one is None for one in now)
        has_room = others < self.many - 1
        return has_room and (is_quick is None or slow < max(self.many - 2, 1))

    def remember(self, name: str, is_quick: bool) -> None:
        self._is_quick.pop(name, None)
        self._is_quick[name] = is_quick
        while len(self._is_quick) > MOST_KNOWN:
            del self._is_quick[next(iter(self._is_quick))]

    @property
    def slow(self) -> int:
        """How many are known to be slow."""
        return list(self._is_quick.values()).count(False)
