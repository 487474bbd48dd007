from collections.abc import Sequence
from dataclasses import dataclass

from reminder_app.config import Settings


@dataclass(frozen=True)
class Site:
    """Where the product is reached, and what it signs with: the newest key last."""

    public_url: str
    keys: Sequence[str]

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        return cls(settings.public_url, [*settings.secret_key_fallbacks, settings.secret_key])

    def url(self, path: str) -> str:
        return self.public_url.rstrip("/") + path
