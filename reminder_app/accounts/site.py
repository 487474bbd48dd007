from collections.abc import Sequence
from dataclasses import dataclass

from reminder_app.config import Settings


@dataclass(frozen=True)
class Site:
    """Where the product is reached, and what it signs with: the newest key last."""

    public_url: str
    keys: Sequence[str]
    most_attached: int = 10_000_000  # bytes of files in a mail; what goes beyond is linked

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        keys = [*settings.secret_key_fallbacks, settings.secret_key]
        return cls(settings.public_url, keys, settings.attachments_of_mail)

    def url(self, path: str) -> str:
        return self.public_url.rstrip("/") + path
