"""Is a backup as it was written, from its first byte to its last? Without restoring it."""

from collections.abc import Callable

from reminder_app.database.backup.errors import Unreadable
from reminder_app.database.backup.folder import Folder
from reminder_app.database.backup.keys import Keys
from reminder_app.database.backup.making import COMPLETED, TAIL, label, sha256_of
from reminder_app.database.backup.manifest import Manifest
from reminder_app.database.backup.sealed import unsealed

SQLITE_HEADER = b"SQLite format 3\x00"


def verify(
    folder: Folder, name: str, keys: Keys, tell: Callable[[int], object] = lambda _: None
) -> Manifest:
    """Raises Unreadable, and says how. `tell` hears of bytes as they are read."""
    manifest = folder.read(name)
    manifest.check(keys)
    path = folder.content(manifest.name)
    if not path.exists():
        raise Unreadable(f"{path.name} is gone: its manifest alone is left.")
    if path.stat().st_size < manifest.bytes:
        raise Unreadable(
            f"{path.name} was cut off: {path.stat().st_size:,} bytes of {manifest.bytes:,} are there."
        )
    plain(folder, manifest, keys, tell)
    if sha256_of(path) != manifest.sha256:
        raise Unreadable(f"{path.name} is not the file that its manifest describes.")
    return manifest


def plain(folder: Folder, manifest: Manifest, keys: Keys, tell: Callable[[int], object]) -> None:
    """Every piece opens with the key, and what is inside begins and ends as it should."""
    path, count, head, tail = folder.content(manifest.name), 0, b"", b""
    for piece in unsealed(path, keys, label(manifest.name)):
        count += len(piece)
        head = head or piece[: len(SQLITE_HEADER)]
        tail = (tail + piece[-TAIL:])[-TAIL:]
        tell(len(piece))
    if count != manifest.plain_bytes:
        raise Unreadable(
            f"{path.name} holds {count:,} bytes where {manifest.plain_bytes:,} went in."
        )
    is_whole = head == SQLITE_HEADER if manifest.kind == "sqlite" else COMPLETED in tail
    if not is_whole:
        raise Unreadable(f"{path.name} opens, but what is inside is not a whole backup.")
