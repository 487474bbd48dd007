"""What a backup holds, in a file beside it that people can read and nobody can change unseen."""

import binascii
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self, TypeAlias

from reminder_app.database.backup.errors import Unreadable
from reminder_app.database.backup.keys import Keys

FORMAT = 1
Plain: TypeAlias = bytes  # the manifest has a field of that name


@dataclass(frozen=True)
class Content:
    """Of one table: how many rows, and a sum over all of them that is blind to their order."""

    rows: int
    checksum: str


@dataclass(frozen=True)
class LogPosition:
    """Where the server's log of changes stood at the moment of the backup."""

    origin: str  # whose log: a server's names begin anew at 000001
    file: str
    position: int
    format: str  # ROW | MIXED | STATEMENT
    gtid: str = ""


@dataclass(frozen=True)
class FilesListed:
    """The files that rows name, as they lay in their folder: which they are stands in a list of its own."""

    count: int
    bytes: int
    damaged: int = 0  # there, but not what they were: they are not in the backup

    def told(self) -> str:
        found = f"{self.count:,} files of {self.bytes / 2**20:,.1f} MB"
        return f"{found}; {self.damaged:,} more are DAMAGED on the disk" if self.damaged else found


@dataclass(frozen=True)
class Manifest:
    name: str
    made_at: datetime
    kind: str  # sqlite | mariadb | mysql
    server: str  # its version
    database: str
    revision: str  # of the migrations
    tables: dict[str, Content]
    tool: str
    seconds: float
    plain_bytes: int
    bytes: int
    sha256: str
    key: str  # fingerprint of the key
    log: LogPosition | None = None
    no_log: str = ""  # why there is none
    writers_waited: float = 0.0  # seconds
    files: FilesListed | None = None  # none: they were not backed up
    format: int = FORMAT
    signature: str = field(default="", compare=False)

    @property
    def rows(self) -> int:
        return sum(content.rows for content in self.tables.values())

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        told["made_at"] = self.made_at.isoformat()
        return told

    def to_sign(self) -> Plain:
        told = self.as_json()
        del told["signature"]
        if self.files is None:  # as it was signed before there were any
            del told["files"]
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()

    def signed(self, keys: Keys) -> Self:
        return replace(self, signature=keys.current.signature(self.to_sign()))

    def written(self) -> str:
        return json.dumps(self.as_json(), indent=1) + "\n"

    @classmethod
    def read(cls, text: str, name: str) -> "Manifest":
        """Unchecked: for lists. check() says whether it is as it was written."""
        try:
            told = json.loads(text)
            told["made_at"] = datetime.fromisoformat(told["made_at"])
            told["tables"] = {table: Content(**one) for table, one in told["tables"].items()}
            told["log"] = LogPosition(**told["log"]) if told["log"] else None
            told["files"] = FilesListed(**told["files"]) if told.get("files") else None
            found = cls(**told)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unreadable(f"The manifest of {name} cannot be read: {error}.") from error
        if found.format != FORMAT or found.name != name:
            raise Unreadable(f"The manifest of {name} is of another backup, or another version.")
        return found

    def check(self, keys: Keys) -> None:
        """Raises Unreadable where somebody changed it, or the key is another."""
        key = keys.that_made(binascii.unhexlify(self.key))
        if key.signature(self.to_sign()) != self.signature:
            raise Unreadable(f"The manifest of {self.name} was changed after it was written.")
