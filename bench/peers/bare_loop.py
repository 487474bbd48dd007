"""The limit: render, build and send, one after the other, over one kept-open connection. No database.

Arguments: which of how many processes this is.
"""

import sys

from bench.peers.driver import drive
from bench.peers.letter import connection, letters, send, template


def main(number: int, processes: int) -> None:
    mine, smtp = list(letters(number, processes)), connection()
    for kind in ("txt", "html"):
        template(kind)

    def work() -> None:
        for letter in mine:
            send(smtp, letter)

    drive(work)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
