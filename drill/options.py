"""What `bin/drill` is asked for."""

import argparse
import secrets
from pathlib import Path

DESCRIPTION = """\
Kills the product's parts and the servers it stands on at random moments while it sends, spoils what the
servers answer, and checks the books afterwards: nothing lost, nothing doubled, every doubt in sight.
docs/drill.md tells how to read the table. As root it installs what is missing (MariaDB, Redis).
"""


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/drill",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kills", type=positive, default=100, metavar="N")
    parser.add_argument("--deliveries", type=positive, default=20_000, metavar="N")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), metavar="S")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--bugs",
        nargs="*",
        metavar="NAME",
        help="test the drill instead: each of ten seeded bugs, or those named, must be found",
    )
    return parser.parse_args(arguments)


def positive(text: str) -> int:
    number = int(text.replace("_", ""))
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
