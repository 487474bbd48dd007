"""How a message is sent in somebody's name: through what, from whom, and where answers go."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from reminder_app.delivery.senders import configurations, repository
from reminder_app.delivery.senders.models import SenderIdentity


@dataclass(frozen=True)
class Voice:
    """As Planned has it. Empty: the site's own."""

    account: str = ""
    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    reason: str = ""  # why it has to wait


SITE = Voice()


class Voices:
    """Of some workspaces."""

    def __init__(self, found: Collection[SenderIdentity]) -> None:
        self._by_id = {(one.workspace_id, one.id): voice_of(one) for one in found}
        self._defaults = {one.workspace_id: voice_of(one) for one in found if one.is_default}

    def of(self, workspace_id: uuid.UUID, identity_id: uuid.UUID | None) -> Voice:
        """One that is gone, or is none that may be used, stands for the default."""
        default = self._defaults.get(workspace_id, SITE)
        return self._by_id.get((workspace_id, identity_id), default) if identity_id else default


def voices(wanted: Collection[tuple[uuid.UUID, uuid.UUID | None]]) -> Voices:
    """Of these workspaces and the identities that were chosen there; one query."""
    workspaces = {workspace_id for workspace_id, _ in wanted}
    chosen = {identity_id for _, identity_id in wanted if identity_id}
    return Voices(repository.speaking(workspaces, chosen) if workspaces else ())


def voice_of(one: SenderIdentity) -> Voice:
    """The site's server sends as itself: as anybody else it would be taken for a forger."""
    through = one.configuration
    if through is None:
        return Voice(from_name=one.display_name, reply_to=one.address)
    return Voice(
        account=through.account,
        from_name=one.display_name,
        from_address=one.address,
        reason="" if through.is_active else configurations.off(through.name),
    )
