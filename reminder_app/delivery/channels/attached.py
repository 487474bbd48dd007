"""The files of a mail as parts of it: read, checked and encoded once for all who get the same."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reminder_app.delivery.channels import mime
from reminder_app.delivery.channels.errors import CONTENT, SendError
from reminder_app.delivery.letters import ATTACHED, in_order
from reminder_app.files import store
from reminder_app.translations import N_

MOST_KEPT = 64_000_000  # bytes in this process
Key = tuple[Path, str, str, str]


class Kept:
    """The parts that were used last. Couriers are several threads."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self._parts: OrderedDict[Key, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> bytes | None:
        with self._lock:
            if key in self._parts:
                self._parts.move_to_end(key)
            return self._parts.get(key)

    def put(self, key: Key, part: bytes) -> None:
        with self._lock:
            self.size += len(part) - len(self._parts.pop(key, b""))
            self._parts[key] = part
            while self.size > self.most and len(self._parts) > 1:
                self.size -= len(self._parts.popitem(last=False)[1])


kept = Kept(MOST_KEPT)


def parts(files: Mapping[str, Any], folder: Path) -> list[bytes]:
    """Raises SendError: a mail never goes without what belongs to it."""
    return [part(one, folder) for one in in_order(dict(files)) if one["sent"] == ATTACHED]


def part(file: Mapping[str, Any], folder: Path) -> bytes:
    key = (folder, file["sha256"], file["name"], file["type"])
    found = kept.get(key)
    if found is None:
        found = mime.attached(file["name"], file["type"], content_of(file, folder))
        kept.put(key, found)
    return found


def content_of(file: Mapping[str, Any], folder: Path) -> bytes:
    name = file["name"]
    try:
        return store.read(folder, bytes.fromhex(file["sha256"]))
    except FileNotFoundError:
        said = N_(
            "The file “%(name)s” is not in ATTACHMENTS_PATH on the worker's machine: mount that "
            "folder there or restore it from its backup, then send this again."
        ) % {"name": name}
        raise SendError(CONTENT, True, said) from None
    except store.Damaged:
        said = N_(
            "The file “%(name)s” is damaged on the disk: restore it from the backup, or remove "
            "it from the reminder and add it again, then send this again."
        ) % {"name": name}
        raise SendError(CONTENT, True, said) from None
    except OSError as error:
        said = N_(
            "The file “%(name)s” cannot be read at the moment (%(strerror)s). It is tried again."
        ) % {"name": name, "strerror": error.strerror}
        raise SendError(CONTENT, False, said) from error
