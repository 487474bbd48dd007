"""What is said of the server, its upkeep, its log of changes, and who is connected to it."""

from reminder_app.translations import N_

TEXTS = (
    # What a server lacks
    N_("SQLite has no partitions: old rows are removed in chunks."),
    N_("SQLite is one file: there is no replica to read from and none to fail over to."),
    N_("SQLite has no time limit of its own: a statement runs to its end."),
    N_("SQLite counts no statements: the figures are what the application saw."),
    N_(
        "SQLite looks for rows while they are fetched: the time of a SELECT is that of its first row, and "
        "how many it gave is not told."
    ),
    N_("SQLite has no connections of others to list or to end."),
    N_("SQLite has no accounts: who may read the file may do everything."),
    N_("SQLite is a file on this machine: nothing goes over a network."),
    N_("SQLite keeps no log of changes: a restore goes back to a backup."),
    N_("SQLite has no hidden indexes: advice is proven on a copy."),
    N_("SQLite makes a table anew to change it, and writers wait."),
    N_("MariaDB's digests have no quantiles: p95 is what the application saw."),
    N_("MariaDB's JSON plan names no cost: rows and access are compared."),
    N_(
        "MariaDB cannot use an ignored index for one session: advice is proven on a sample of the table."
    ),
    N_(
        "MySQL limits the time of SELECT alone: a long UPDATE is ended by the killer of long transactions."
    ),
    # Maintenance
    N_(
        "The account may not see others' transactions: name one that may in MONITOR_URL (`flask setup` makes "
        "it), or GRANT PROCESS ON *.* to this one. Only then can long ones be found."
    ),
    N_(
        "connection %(id)s of %(account)s, open for %(seconds)s s, %(doing)s, %(rows)s rows changed"
    ),
    N_("idle"),
    N_("at work"),
    N_("it belongs to the server"),
    N_("a backup or a migration is at work"),
    N_("a dump or a change of a table is at work"),
    N_("ended %(transaction)s"),
    N_("none could be ended"),
    N_("%(many)s tables, %(megabytes)s MB"),
    N_("%(many)s tables"),
    N_("%(many)s of %(dotted)s"),
    N_("It failed: %(error)s; the log has more."),
    # The log of changes
    N_("changed: %(what)s"),
    N_("removed: %(what)s"),
    N_("inserted: %(what)s"),
    N_("seal changed: %(what)s"),
    N_("seal removed: %(what)s"),
    N_("truncated: %(what)s"),
    N_("unknown key: %(what)s"),
    N_("%(what)s (%(moment)s UTC)"),
    N_("between %(first)s and %(last)s"),
    N_("seal %(number)s does not follow the one before it"),
    N_("seal %(number)s was made with a key that is not set"),
    N_("seal %(number)s is not as it was made"),
    N_("seal %(number)s is not the one that was told outside"),
    N_("seal %(number)s is not in the chain as it was told elsewhere"),
    N_("the chain ends at %(last)s, and had reached %(most)s"),
    N_("entry %(entry)s"),
    N_("entry %(entry)s, %(action)s of %(table)s"),
    N_("(not kept)"),
    # Cache, connections, replicas, server
    N_("The transaction had written one of its tables: %(many)s"),
    N_("The transaction began before the last commit: %(many)s"),
    N_("Another transaction was committing: %(many)s"),
    N_("Redis was away: %(many)s"),
    N_("It was suspended, because it did not pay: %(many)s"),
    N_("It waited for another one long enough: %(many)s"),
    N_("The writer was away, and a replica answered: %(many)s"),
    N_("Its tables were not known yet: %(many)s"),
    N_(
        "The cache is off: either CACHE says so, or there is no Redis that the processes could share it in."
    ),
    N_(
        "%(account)s sees its own connections alone: name an account in MONITOR_URL (`flask setup` makes "
        "it), or grant PROCESS to this one."
    ),
    N_(
        "performance_schema is off on this server: the figures are what the application saw. Switch it on in "
        "its configuration (it takes a restart) to see what others ask, too."
    ),
    N_(
        "The account may not read performance_schema (%(words)s): name one that may in MONITOR_URL (`flask "
        "setup` makes it), or grant SELECT there to this one, to see what the server has counted."
    ),
    N_(
        "There was a deadlock, and the account may not see which: name one that may in MONITOR_URL (`flask "
        "setup` makes it), or GRANT PROCESS ON *.* to this one."
    ),
    N_("not looked at yet"),
    N_("behind by more than %(seconds)s s"),
    N_(
        "Everything is asked of one database. DATABASE_READ_URLS names replicas to read from, and "
        "DATABASE_WRITER_HOSTS the servers that may become the writer."
    ),
    N_("the same file"),
    N_("This page marker is not one of ours: leave it out to start from the first page."),
)
# Who made a change, where it is nobody by name.
ACTORS = (
    N_("system"),
    N_("system user %(name)s"),
    N_("nobody signed in"),
    N_("%(name)s (token)"),
)
