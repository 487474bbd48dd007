class NoKey(Exception):
    """Nothing can be sealed."""

    def __init__(self) -> None:
        super().__init__(
            "DATA_KEY is not set, and without it no password is kept. Make one with "
            "`flask secrets new-key`, and keep it somewhere else than the database."
        )


class KeyLost(Exception):
    """It was sealed with a key that is none of ours, or is damaged."""

    def __init__(self) -> None:
        super().__init__(
            "This was sealed with another DATA_KEY. Put the former key into DATA_KEY_FALLBACKS, or "
            "type the password in once more."
        )
