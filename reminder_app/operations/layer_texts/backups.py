"""Why a backup could not be made, read or restored."""

from reminder_app.translations import N_

TEXTS = (
    N_(
        "BACKUP_PATH is not set: no backups are made here. It and BACKUP_KEY want to be set; `flask backup "
        "new-key` makes the key."
    ),
    N_(
        "BACKUP_KEY is not set: a backup holds everything, so none is made without a key to seal it. Make "
        "one with `flask backup new-key`, and keep it somewhere else than the backups."
    ),
    N_("BACKUP_KEY must have at least %(many)s characters."),
    N_("It was told to stop."),
    N_("It was stopped before its end."),
    N_("The dump did not start: %(words)s"),
    N_("The dump did not end."),
    N_("The dump failed: %(words)s"),
    N_("The dump ended before its end: its last line is missing."),
    N_(
        "Some transaction stays open and keeps its tables: no moment could be had for the backup. `flask "
        "maintenance transactions` shows it."
    ),
    N_(
        "The account may not keep writers out for a moment: GRANT LOCK TABLES to it, or name one for backups "
        "in BACKUP_URL; `flask setup` makes it."
    ),
    N_("A table was altered while it was dumped."),
    N_("%(path)s could not be copied: %(words)s"),
    N_("The database is damaged: %(words)s"),
    N_(
        "%(path)s has %(free)s MB left, and the backup may take %(needed)s MB: make room, or keep fewer "
        "backups (BACKUP_KEEP)."
    ),
    N_(
        "%(path)s has %(free)s MB left, and a restored copy may take %(needed)s MB: make room, or point "
        "TMPDIR to where there is some."
    ),
    N_("%(many)s of its files are gone or damaged: %(names)s."),
    N_("The list of the files of %(name)s is of another backup."),
    N_("%(path)s holds another file."),
    N_("%(path)s cannot be backed up: %(words)s."),
    N_("%(path)s is damaged: it is not in the backup."),
    N_("%(path)s cannot be written: %(words)s."),
    N_("%(path)s cannot be made: %(words)s."),
    N_("%(path)s cannot be written to."),
    N_("There is no backup %(name)s in %(path)s; %(others)s."),
    N_("none at all"),
    N_("the newest is %(name)s"),
    N_("Another backup or restore test is at work in this folder."),
    N_("The server keeps no log of changes (log_bin is off): a restore goes back to a backup."),
    N_(
        "The server's log is written as %(format)s: only with binlog_format=ROW does it hold every change of "
        "one database. Point-in-time needs that, and a backup made afterwards."
    ),
    N_(
        "The server's log is not the one that goes on from the newest backup: it was reset, or this is "
        "another server. Make a new backup; from there on every moment can be had again."
    ),
    N_(
        "The account may not see the server's log (%(words)s): GRANT REPLICATION CLIENT, REPLICATION SLAVE "
        "ON *.* to the one in BACKUP_URL. On RDS the log is kept by automated backups instead."
    ),
    N_("The server's log could not be read: %(words)s"),
    N_("No backup in %(path)s is older than %(moment)s UTC."),
    N_("%(name)s leads to no later moment. %(why)s"),
    N_(
        "The log of changes is here up to %(until)s. What came later is on its server alone: `flask backup "
        "logs` fetches it while it is there."
    ),
    N_(
        "File %(number)s of the log is missing: the server had removed it before it was kept. No moment "
        "after it can be had from this backup; one made later may lead there."
    ),
    N_(
        "This server wrote the log that is to be replayed: name a database on another one with --into, or "
        "look at the moment in a throw-away server with --look."
    ),
    N_("The log could not be read: %(words)s"),
    N_(
        "%(programs)s of %(server)s is not %(where)s: install %(package)s, or name their folder in DB_PROGRAMS."
    ),
    N_("on this machine"),
    N_(
        "This is a backup of %(kind)s %(version)s, and %(address)s is %(what)s: restore it into a %(its)s database "
        "(--into)."
    ),
    N_("a server"),
    N_("a file"),
    N_("The restore stopped: %(words)s"),
    N_("The restore failed: %(words)s"),
    N_("%(address)s cannot be reached: %(words)s"),
    N_("mariadb-install-db is missing: install mariadb-server-core."),
    N_("No empty server could be made: %(words)s"),
    N_("The throw-away server did not start: %(words)s"),
    N_(
        "This was sealed with another key: its fingerprint is %(theirs)s, that of BACKUP_KEY is %(ours)s. "
        "Put the former key into BACKUP_KEY_FALLBACKS. Without it nobody can read this backup."
    ),
    N_("%(name)s is not a binary log."),
    N_("%(name)s ends within an event."),
    N_("%(name)s is damaged near byte %(many)s."),
    N_("What was restored is not what was backed up: %(differences)s"),
    N_("The manifest of %(name)s cannot be read: %(words)s."),
    N_("The manifest of %(name)s is of another backup, or another version."),
    N_("The manifest of %(name)s was changed after it was written."),
    N_(
        "%(address)s is not empty: %(tables)s. A restore writes over nothing: name an empty database with "
        "--into, or empty this one yourself."
    ),
    N_("The tables are at %(here)s, the backup at %(there)s."),
    N_("%(name)s cannot be read: %(words)s."),
    N_("%(name)s is damaged."),
    N_("%(name)s is damaged: its content ends too soon."),
    N_("%(name)s is not a sealed file."),
    N_("%(name)s was cut off: its end is missing."),
    N_("%(name)s was changed or damaged %(where)s."),
    N_("The restored tables are at %(revision)s, which this code does not know."),
    N_("no revision"),
    N_("%(name)s is gone: its manifest alone is left."),
    N_("%(name)s was cut off: %(many)s bytes of %(most)s are there."),
    N_("%(name)s is not the file that its manifest describes."),
    N_("%(name)s holds %(many)s bytes where %(most)s went in."),
    N_("%(name)s opens, but what is inside is not a whole backup."),
    N_("%(many)s migrations to go after a restore: `flask db upgrade`."),
)
