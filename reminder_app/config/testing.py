DEFAULTS = {
    "SECRET_KEY": "testing-only-testing-only-testing-only-testing-only",
    "DB_POOL_SIZE": "2",
    "DB_MAX_OVERFLOW": "4",
    "DB_POOL_TIMEOUT": "5",
}
