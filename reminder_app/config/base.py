"""Every setting, typed. What an environment does not set comes from its own module beside this."""

from dataclasses import dataclass
from pathlib import Path

from reminder_app.config.rates import Rate

ROOT = Path(__file__).resolve().parents[2]


class ConfigError(Exception):
    """One line per wrong setting, each saying what to do."""


@dataclass(frozen=True)
class Settings:
    app_env: str
    bind: str
    port: int
    instance_path: Path
    public_url: str
    secret_key: str
    secret_key_fallbacks: list[str]
    sign_up_open: bool
    log_level: str
    trusted_proxies: int
    web_workers: int
    web_threads: int
    worker_concurrency: int
    side_accounts_at_once: int

    database_url: str
    direct_url: str
    database_admin_url: str  # for `flask setup` alone
    database_read_urls: list[str]  # replicas
    database_writer_hosts: list[str]  # host:port, searched when the writer is lost
    db_max_lag: float  # seconds
    db_pool_size: int
    db_max_overflow: int
    db_pool_timeout: float  # seconds
    db_pool_recycle: int  # seconds
    db_leak_seconds: float
    db_statement_seconds: float
    db_ssl_ca: str

    redis_url: str

    cache: bool
    db_monitor: bool
    monitor_url: str  # an account that may only explain; the application's own without it
    db_slow_ms: int
    db_audit: bool
    audit_anchor: str  # a file; one in instance_path without it
    audit_kept_months: int
    partition_archive: str  # a folder; empty: months that are over are dropped

    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_security: str  # none | starttls | tls
    private_hosts: bool  # whether workspaces may send through servers in private networks
    apprise_schemes: list[str]  # of Apprise's, those that people may use; *: all that speak HTTP
    mail_from: str
    mail_rate: Rate | None  # through the mail server, all together
    mail_domain_rates: dict[str, Rate]  # to one domain; "*": to each that is not named
    campaign_rate: Rate | None  # of each campaign
    unknown_resend_after: int  # seconds
    attachments_path: Path  # shared by all machines
    attachment_size: int  # bytes of one file
    attachments_of_reminder: int  # bytes
    attachments_of_workspace: int
    attachments_of_mail: int  # what goes beyond is linked
    metrics_token: str  # empty: there is no /metrics
    dead_man_url: str  # empty: nobody outside is told
    data_key: str  # seals secrets in the database
    data_key_fallbacks: list[str]
    backup_path: Path | None  # none: no backups are made
    backup_key: str
    backup_key_fallbacks: list[str]
    backup_url: str  # empty: the direct one
    backup_keep: tuple[int, int, int]  # days, weeks, months
    restore_test_url: str  # empty: a throw-away server on this machine
    db_programs: Path | None  # none: PATH
    db_disk: int  # bytes; 0: not known
    db_long_transaction_seconds: int
    db_end_long_transactions: bool
    crash_at: str  # drills alone: see delivery/crash.py

    @property
    def is_production(self) -> bool:
        return self.app_env == "production"

    @property
    def is_development(self) -> bool:
        return self.app_env == "development"

    @property
    def is_chaos(self) -> bool:
        return self.app_env == "chaos"

    @property
    def mailbox_path(self) -> Path:
        return self.instance_path / "mailbox"

    @property
    def journal_path(self) -> Path:
        """What workers write down while they send; it has to outlive them."""
        return self.instance_path / "journal"

    @property
    def is_secure(self) -> bool:
        """People reach us over TLS: cookies carry __Host- and Secure."""
        return self.public_url.startswith("https://")


# What holds in every environment unless its module says otherwise. Strings, as the environment gives them.
DEFAULTS = {
    "BIND": "127.0.0.1",
    "PORT": "8000",
    "SECRET_KEY": "",
    "SECRET_KEY_FALLBACKS": "",
    "SIGN_UP_OPEN": "true",
    "LOG_LEVEL": "INFO",
    "TRUSTED_PROXIES": "0",
    "WEB_WORKERS": "1",
    "WEB_THREADS": "8",
    "WORKER_CONCURRENCY": "2",
    "SIDE_ACCOUNTS_AT_ONCE": "4",
    "DATABASE_URL": "",
    "DIRECT_URL": "",
    "DATABASE_ADMIN_URL": "",
    "DATABASE_READ_URLS": "",
    "DATABASE_WRITER_HOSTS": "",
    "DB_MAX_LAG": "5",
    "DB_POOL_SIZE": "5",
    "DB_MAX_OVERFLOW": "10",
    "DB_POOL_TIMEOUT": "30",
    "DB_POOL_RECYCLE": "3600",
    "DB_LEAK_SECONDS": "60",
    "DB_STATEMENT_SECONDS": "20",
    "DB_SSL_CA": "",
    "REDIS_URL": "",
    "CACHE": "on",
    "DB_MONITOR": "on",
    "MONITOR_URL": "",
    "DB_SLOW_MS": "200",
    "DB_AUDIT": "on",
    "AUDIT_ANCHOR": "",
    "AUDIT_KEPT_MONTHS": "13",
    "PARTITION_ARCHIVE": "",
    "SMTP_HOST": "",
    "SMTP_PORT": "25",
    "SMTP_USER": "",
    "SMTP_PASSWORD": "",
    "SMTP_SECURITY": "none",
    "PRIVATE_HOSTS": "false",
    "APPRISE_SCHEMES": (
        "tgram,ntfy,ntfys,slack,discord,workflow,workflows,gchat,mmost,mmosts,matrix,matrixs,rocket,rockets,"
        "zulip,webex,wxteams,nctalk,nctalks,gotify,gotifys,pover,pbul,prowl,bark,barks,hassio,hassios,ifttt,"
        "signal,signals,whatsapp,whapi,evolution,evolutions,threema,line,viber,twilio,vonage,nexmo,clicksend,"
        "sinch,msgbird,46elks,seven,plivo,d7sms,bulksms,clickatell,infobip,telnyx,sns,voipms,json,jsons"
    ),
    "MAIL_FROM": "",
    "PUBLIC_URL": "",
    "MAIL_RATE": "",
    "MAIL_DOMAIN_RATES": "",
    "CAMPAIGN_RATE": "",
    "UNKNOWN_RESEND_AFTER": "600",
    "ATTACHMENTS_PATH": "",
    "ATTACHMENT_SIZE": "10M",
    "ATTACHMENTS_OF_REMINDER": "25M",
    "ATTACHMENTS_OF_WORKSPACE": "1G",
    "ATTACHMENTS_OF_MAIL": "10M",
    "METRICS_TOKEN": "",
    "DEAD_MAN_URL": "",
    "DATA_KEY": "",
    "DATA_KEY_FALLBACKS": "",
    "BACKUP_PATH": "",
    "BACKUP_KEY": "",
    "BACKUP_KEY_FALLBACKS": "",
    "BACKUP_URL": "",
    "BACKUP_KEEP": "7,5,12",
    "RESTORE_TEST_URL": "",
    "DB_PROGRAMS": "",
    "DB_DISK": "",
    "DB_LONG_TRANSACTION_SECONDS": "300",
    "DB_END_LONG_TRANSACTIONS": "false",
    "CRASH_AT": "",
}
