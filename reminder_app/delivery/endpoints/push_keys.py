"""The site's key for pushes: made when it is first needed, and kept."""

from dataclasses import dataclass, field

from reminder_app.database import transaction
from reminder_app.database.sealing import Secret
from reminder_app.delivery.endpoints import repository, vapid


@dataclass(frozen=True)
class SiteKey:
    public: str
    private: str = field(repr=False)


@transaction
def site_key() -> SiteKey:
    """Raises NoKey, KeyLost."""
    found = repository.push_key()
    if found is None:
        private, public = vapid.new_key()
        repository.keep_push_key(public, Secret.of(private))
        found = repository.push_key()
    assert found is not None  # noqa: S101 - kept above, or by somebody else before
    return SiteKey(found.public, found.private.reveal())


def public_key() -> str:
    return site_key().public
