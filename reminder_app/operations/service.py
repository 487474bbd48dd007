def saw(name: str) -> None: ...


def trouble() -> str | None:
    return None
