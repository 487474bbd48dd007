"""An index as the migration that makes it: given, never applied."""

from collections.abc import Sequence

LONGEST_NAME = 64


def index_name(table: str, columns: Sequence[str]) -> str:
    """As the models' naming convention has it."""
    return f"ix__{table}__{'_'.join(columns)}"[:LONGEST_NAME]


def snippet(table: str, columns: Sequence[str], replaces: Sequence[str] = ()) -> str:
    """Made in place, while others read and write: where the server cannot, it fails instead of copying."""
    name, listed = index_name(table, columns), ", ".join(f'"{column}"' for column in columns)
    up = [f'    ddl.create_index("{name}", "{table}", [{listed}])']
    down = [f'    ddl.drop_index("{name}", "{table}")']
    for old in replaces:
        up.append(f'    ddl.drop_index("{old}", "{table}")  # the beginning of the new one')
    return "\n".join(
        [
            "from reminder_app.database import ddl  # says ALGORITHM=INPLACE, LOCK=NONE",
            "",
            "",
            "def upgrade() -> None:",
            *up,
            "",
            "",
            "def downgrade() -> None:",
            *down,
        ]
    )
