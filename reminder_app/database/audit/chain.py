"""The chain's arithmetic: from an entry to its digest, from its digests to a seal. No I/O.

A digest is made with a key of the application: who has the database alone can change a row, and
cannot make the seal that fits it.
"""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from reminder_app.database.audit.entries import instant

BEGINNING = bytes(32)  # what the first seal has for the one before it
ID, LENGTH = 16, 48
FIELDS = (
    "actor_key", "actor", "source", "request_id", "action", "table_name", "row_key", "object_key",
    "scope_key", "many", "before", "after", "note",
)  # fmt: skip


def key_id(key: bytes) -> str:
    """Says which key it was, and nothing about it."""
    return hashlib.sha256(b"audit:" + key).hexdigest()[:16]


def entry_digest(entry: Mapping[str, Any]) -> bytes:
    told = [entry["id"].hex, instant(entry["at"]), *(entry[name] for name in FIELDS)]
    written = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).digest()


def listing(entries: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(entry["id"].bytes + entry_digest(entry) for entry in entries)


def listed(listing: bytes) -> dict[uuid.UUID, bytes]:
    """Id -> digest. Raises ValueError where it is no listing."""
    if len(listing) % LENGTH:
        raise ValueError("cut off")
    parts = (listing[start : start + LENGTH] for start in range(0, len(listing), LENGTH))
    return {uuid.UUID(bytes=part[:ID]): part[ID:] for part in parts}


def seal_digest(
    key: bytes,
    number: int,
    at: datetime,
    kind: str,
    until: uuid.UUID,
    listing: bytes,
    previous: bytes,
) -> bytes:
    told = f"{number}|{instant(at)}|{kind}|{until.hex}|{key_id(key)}|".encode()
    content = told + previous + hashlib.sha256(listing).digest()
    return hmac.new(key, content, hashlib.sha256).digest()


def key_named(keys: Sequence[bytes], name: str) -> bytes | None:
    return next((key for key in keys if key_id(key) == name), None)
