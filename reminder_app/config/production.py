DEFAULTS = {
    "BIND": "0.0.0.0",  # noqa: S104  behind a proxy, often on another host
    "DB_POOL_SIZE": "10",
    "DB_MAX_OVERFLOW": "20",
    "DB_POOL_TIMEOUT": "30",
    "DB_POOL_RECYCLE": "3600",
    "SIGN_UP_OPEN": "false",
    "WEB_WORKERS": "2",
    "SMTP_SECURITY": "starttls",
    "SMTP_PORT": "587",
}
