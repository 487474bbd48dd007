"""The right to add to the log and to read it, and none to change it: for the application's account."""

from collections.abc import Iterable

APPEND_ONLY = ("audit_log", "audit_seals")
ALL, FEW = "SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT"


def statements(database: str, tables: Iterable[str], account: str) -> list[str]:
    """One GRANT a table: what is granted on a whole database cannot be taken back for a table of it.

    `account` as the server writes it: 'app'@'%'.
    """
    return [
        f"GRANT {FEW if table in APPEND_ONLY else ALL} ON `{database}`.`{table}` TO {account}"
        for table in sorted(tables)
    ]
