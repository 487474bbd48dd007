"""What keeps a backup from being made, read or restored, in a sentence for whoever has to act."""


class BackupError(Exception):
    """Its text is for people: it names no password and says what to do."""


class Unreadable(BackupError):
    """The file is not as it was written, or this is not its key."""


class NotEmpty(BackupError):
    """A restore writes over nothing."""


class Mismatch(BackupError):
    """What was restored is not what was backed up."""


class Altered(BackupError):
    """The tables changed under it: the next try finds them as they are now."""


class Busy(BackupError):
    """Another one is at work on the same folder."""
