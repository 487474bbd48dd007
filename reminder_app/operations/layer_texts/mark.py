"""For the extraction: a text that is said elsewhere, with the catalogue's words."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    return text
