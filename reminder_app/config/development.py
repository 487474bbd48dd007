DEFAULTS: dict[str, str] = {}
