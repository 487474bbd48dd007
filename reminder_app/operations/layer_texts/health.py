"""What the checks of the database say, and their names."""

from reminder_app.translations import N_

TEXTS = (
    # Health
    N_(
        "It cannot be reached (%(words)s). Is the server running, and are DATABASE_URL and its password right?"
    ),
    N_(
        "It cannot be reached (%(words)s). Is the server running, and are DATABASE_URL and its password "
        "right? On a new server `flask setup` with DATABASE_ADMIN_URL makes the database and its accounts."
    ),
    N_("This could not be looked at: %(words)s."),
    N_("It answers."),
    N_("It answers within %(ms)s ms."),
    N_("%(server)s is too old: %(least)s is the least that works."),
    N_("%(server)s gets no more fixes: plan the way to a newer one."),
    N_("Its clock and ours differ by %(seconds)s s."),
    N_("Its clock and ours differ by %(seconds)s s. Let both machines keep their time by NTP."),
    N_("its time zone is %(zone)s"),
    N_("sql_mode lacks %(modes)s"),
    N_("its isolation is %(isolation)s"),
    N_("Time zone, strictness and isolation are as they have to be."),
    N_(
        "A connection of ours is not as it was asked to be: %(differences)s. Does a proxy change or share "
        "sessions?"
    ),
    N_("Encrypted (%(cipher)s), and the certificate is verified."),
    N_("Encrypted (%(cipher)s), but anybody may pose as the server: set DB_SSL_CA."),
    N_("Not encrypted; it does not leave this machine."),
    N_("The connection is not encrypted: set DB_SSL_CA to the authority of the server."),
    N_("%(many)s of %(most)s connections are in use."),
    N_(
        "%(many)s of %(most)s connections are in use. Beyond the last one everybody is refused: look who has "
        "them under Connections."
    ),
    N_(
        "%(processes)s keep %(many)s connections, and %(share)s of the server's %(most)s are for them: set "
        "DB_POOL_SIZE=%(best)s, run fewer processes, or raise max_connections."
    ),
    N_(
        "%(processes)s keep %(many)s connections, which is fine; at a peak they may want %(peak)s of "
        "%(most)s: set DB_MAX_OVERFLOW=%(best)s, or raise max_connections."
    ),
    N_("%(processes)s keep %(many)s connections of %(most)s, %(peak)s at a peak."),
    N_("%(many)s processes"),
    N_("%(web)s web and %(sending)s sending processes, their parent and beat"),
    N_("The server takes no writes: it is a replica, or read_only is set on it."),
    N_("It takes writes."),
    N_("%(many)s stay open; the oldest: %(transaction)s."),
    N_("None stays open for long."),
    N_(
        "Within an hour, 95 of 100 that write waited %(ms)s ms or less for the others, the longest %(longest)s ms."
    ),
    N_(" For many who write at once, a server is better: see DATABASE_URL."),
    N_("The server writes no binary log: a restore goes back to a backup, to no moment after it."),
    N_(
        "binlog_format is STATEMENT: nothing can be written, as our sessions are READ COMMITTED. Set it to ROW."
    ),
    N_(
        "binlog_format is %(format)s: set it to ROW, or a restore to a moment may miss rows and replicas differ."
    ),
    N_("The binary log is on, row by row."),
    N_(
        "The database is at %(revision)s, which this release does not know. Run the release that made it, or "
        "a newer one."
    ),
    N_("The database is at %(revision)s, which this release does not know."),
    N_("At the head: %(revision)s."),
    N_("%(many)s are ahead of %(revision)s: flask migrations upgrade."),
    N_("an empty database"),
    N_("The tables are not what the models say: %(differences)s."),
    N_("The tables are not what the models say: %(differences)s; and %(many)s more."),
    N_("The tables are what the models say."),
    N_("%(what)s is missing: %(wanted)s"),
    N_("%(what)s is not in the models: %(found)s"),
    N_("%(what)s is %(found)s, and the models say %(wanted)s"),
    N_("%(many)s columns have another collation than %(collation)s: %(columns)s."),
    N_(
        "New tables would get %(collation)s: %(statement)s; or run `flask setup` with DATABASE_ADMIN_URL."
    ),
    N_("All text is %(collation)s or binary."),
    N_("It cannot be reached: %(reason)s."),
    N_("It is left out: %(reason)s. Reads go to the writer."),
    N_("It is read."),
    N_("Nothing is backed up: set BACKUP_PATH and BACKUP_KEY."),
    N_("The last try failed: see Backups for its words."),
    N_("The last one failed: no backup is proven by it."),
    N_("A restore takes %(seconds)s s, as last tried."),
    N_("There has been no backup yet: %(command)s."),
    N_("There has been no restore yet: %(command)s."),
    N_("The last good backup is %(hours)s hours old."),
    N_(
        "The last good backup is %(hours)s hours old. Does the scheduler run? By hand: %(command)s."
    ),
    N_("The last good restore is %(hours)s hours old."),
    N_(
        "The last good restore is %(hours)s hours old. Does the scheduler run? By hand: %(command)s."
    ),
    N_("%(many)s MB in all tables."),
    N_("%(many)s GB are free."),
    N_("Full in about %(days)s days, as it grows now."),
    N_("The server's disk is on another machine: say in DB_DISK how large it is."),
    N_("Changes are not written down: DB_AUDIT is off."),
    N_(
        "The log of changes was not looked through yet: it is each night, or by `flask audit verify`."
    ),
    N_("The log of changes was looked through %(day)s last: does the schedule run?"),
    N_("The log of changes is as it was written: %(entries)s entries, %(seals)s seals."),
    N_(
        "%(many)s entries of the log of changes are not as they were written: `flask audit verify` names them."
    ),
    N_(
        "Redis cannot be used (%(words)s): is REDIS_URL right, with its password? Nothing is sent without it."
    ),
    N_("Redis answers."),
    N_("No month is ready after this one in %(table)s: run `flask partitions roll`."),
    N_("%(many)s months are ready ahead in %(table)s."),
    N_("It was made without partitions: old rows are removed in chunks."),
    # What a difference is of
    N_("table %(dotted)s"),
    N_("column %(dotted)s"),
    N_("column %(dotted)s default"),
    N_("column %(dotted)s collation"),
    N_("column %(dotted)s generated"),
    N_("primary key %(dotted)s"),
    N_("foreign key %(dotted)s"),
    N_("index %(dotted)s"),
    N_("check %(dotted)s"),
    N_("there"),
)
CHECKS = (
    N_("reachable"),
    N_("latency"),
    N_("version"),
    N_("clock"),
    N_("session"),
    N_("tls"),
    N_("connections"),
    N_("pool budget"),
    N_("writable"),
    N_("long transactions"),
    N_("write lock"),
    N_("binary log"),
    N_("migrations"),
    N_("drift"),
    N_("differences"),
    N_("collation"),
    N_("replica %(dotted)s"),
    N_("replicas"),
    N_("backup"),
    N_("backups"),
    N_("last backup"),
    N_("restore test"),
    N_("last restore test"),
    N_("recovery time"),
    N_("size"),
    N_("disk"),
    N_("room"),
    N_("audit"),
    N_("redis"),
    N_("months"),
    N_("months of %(dotted)s"),
)
