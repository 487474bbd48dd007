"""What the database layer says, in the language of whoever reads it.

The layer belongs to no product: it says everything in English, and so do its commands, its JSON and its
log. Here each of its sentences stands once more, with places for its values. A sentence is known by its
words, also one that was written down long ago, and is said again as the catalogue has it; what is not
known, such as a server's own words, stays as it is.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from reminder_app.translations import gettext
from reminder_app.web.formatting import locale

NUMBER = r"-?\d[\d,]*(?:\.\d+)?"
# What stands in a place; in all others anything.
KINDS = {
    "alias": r"\w+",
    "dotted": r"[\w.:-]+",
    "moment": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "id": r"\d+",
    "number": r"\d+",
}
NUMBERS = frozenset(
    [
        "before",
        "best",
        "days",
        "entries",
        "first",
        "free",
        "has",
        "hours",
        "last",
        "many",
        "megabytes",
        "most",
        "ms",
        "needed",
        "now",
        "peak",
        "reads",
        "rows",
        "seals",
        "seconds",
        "sending",
        "share",
        "used",
        "web",
        "writes",
    ]
)
PLACE = re.compile(r"%\((\w+)\)s")
JOINTS = ("; ", ", ")


def N_(text: str) -> str:  # noqa: N802 - what the extraction looks for
    return text


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
    # Backups
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
    N_("system"),
    N_("system user %(name)s"),
    # Indexes, tables
    N_(
        "This server does not count how often an index is read: performance_schema is off "
        "(performance_schema=ON in its configuration, and a restart)."
    ),
    N_(
        "The account may not read performance_schema: name one that may in MONITOR_URL (`flask setup` makes it)."
    ),
    N_("SQLite does not count how often an index is read."),
    N_(
        "%(other)s (%(columns)s) begins with the same columns: it serves all that %(index)s (%(its)s) does. "
        "Drop %(name)s."
    ),
    N_(
        "%(index)s was not read since the server was started %(days)s days ago, and every write pays for it."
    ),
    N_(
        "%(index)s was not read since the server was started %(days)s days ago, and every write pays for it. "
        "Wait until a whole week has been counted."
    ),
    N_("%(table)s has no primary key: give it one."),
    N_(
        "The foreign key %(columns)s has no index: whoever deletes from %(other)s reads all of %(table)s."
    ),
    N_("%(column)s names a row of %(other)s: it has no foreign key, and no index begins with it."),
    N_("%(column)s has used %(share)s%% of the numbers that %(type)s has: make it a BIGINT."),
    N_(
        "%(share)s%% of its file is empty. Deleted rows left it; new ones will fill it. OPTIMIZE TABLE gives "
        "it back, and copies the table for that."
    ),
    N_(
        "Within the last day %(table)s was written %(writes)s times and read %(reads)s times: every write "
        "pays for the index."
    ),
    N_("It finds the rows."),
    N_("It finds the rows, and in the order wanted."),
    N_("An index of %(table)s by %(columns)s finds the rows."),
    N_("An index of %(table)s by %(columns)s finds the rows, and in the order wanted."),
    N_("No index helps: those that were tried would not be used, or save too little."),
    N_(
        "It needs no index that there is not: what it looks for is indexed, or the tables are small."
    ),
    N_("The server would not use it."),
    N_("On a sample of %(many)s rows it reads %(now)s rows instead of %(before)s."),
    N_(
        "On a sample of %(many)s rows it reads %(now)s rows instead of %(before)s, and sorts nothing."
    ),
    N_("On a sample of %(many)s rows it reads one row instead of %(before)s."),
    N_("On a sample of %(many)s rows it reads one row instead of %(before)s, and sorts nothing."),
    # How a query is run
    N_("Take the only row of %(table)s"),
    N_("Take one row of %(table)s by %(key)s"),
    N_("Look up the one row of %(table)s by %(key)s"),
    N_("Look up rows of %(table)s by %(key)s"),
    N_("Look up rows of %(table)s, or those without a value, by %(key)s"),
    N_("Read a range of %(table)s through %(key)s"),
    N_("Read all of the index %(key)s of %(table)s"),
    N_("Read all of %(table)s"),
    N_("Put together what several indexes of %(table)s say (%(keys)s)"),
    N_("Look for words in %(table)s by %(key)s"),
    N_("Look up one row of %(table)s by %(key)s"),
    N_("Read %(table)s (%(access)s)"),
    N_("its primary key"),
    N_("its primary key (%(columns)s)"),
    N_("no index"),
    N_("%(key)s, as %(alias)s"),
    N_("Reads all %(rows)s rows of %(table)s: no index serves this."),
    N_("Reads all %(rows)s entries of %(key)s of %(table)s."),
    N_("Uses %(used)s of the %(has)s columns of %(key)s, and keeps %(share)s %% of what it reads."),
    N_("Sorts %(rows)s rows after reading them: no index has them in this order."),
    N_("Builds a temporary table of %(rows)s rows or fewer."),
    N_("Makes an index of %(table)s for this one query, each time it is run."),
    N_("Row by row, one inside the other"),
    N_("Sort"),
    N_("Sort, to %(purpose)s"),
    N_("In the order of the index"),
    N_("Group"),
    N_("Group, in the order of the index"),
    N_("Leave out doubles"),
    N_("Work out the windows"),
    N_("Keep the result aside"),
    N_("Keep the rows in a temporary table"),
    N_("Put the answers together"),
    N_("Put the answers together, without doubles"),
    N_("Work out first, and keep"),
    N_("For each row, unless the answer is known already"),
    N_("For each row, a query of its own"),
    N_("A query of its own"),
    N_("Query %(number)s"),
    N_("Query"),
    N_("Nothing is read"),
    N_("No row can match: a condition is never true"),
    N_("No row matches: the server has looked already"),
    N_("No table is read"),
    N_("Answered from the index alone, without reading rows"),
    N_("Put together what several indexes say"),
    N_("The first query"),
    N_("Work out as it is needed"),
    N_("For each row"),
    N_("Work out one value"),
    N_("Work out a list once, and keep it"),
    N_("Pass over rows that cannot match"),
    N_("One index"),
    # What is said of a query
    N_(
        "Compares several columns at once, (a, b) > (x, y): servers read everything for it. Write a >= x AND "
        "(a > x OR b > y)."
    ),
    N_(
        "%(column)s stands inside %(function)s: its index cannot be used. Compare the column itself with a "
        "range."
    ),
    N_("Looks for what %(column)s contains, not for how it begins: no index serves that."),
    N_(
        "Compares the text %(column)s with a number: each row is turned into one, and no index can be used. "
        "Write the number as a text."
    ),
    N_("Joins %(column)s (%(type)s) with %(other)s (%(its)s): no index serves both."),
    N_(
        "Joins %(column)s and %(other)s, whose collations differ (%(collation)s, %(its)s): an index may not "
        "be used."
    ),
    N_(
        "Reads %(rows)s rows only to pass them over (OFFSET): go on from the last row seen instead."
    ),
    # Why a query is not explained
    N_("Send the query as a text."),
    N_("This is longer than %(many)s characters: send a shorter query."),
    N_("There are characters in it that cannot be seen: type the query anew."),
    N_(
        "Take out the comments: /* */, -- and #. Servers run what stands in some of them. Where one stands "
        "in a value, write another value: the plan stays the same."
    ),
    N_("There is no query in this."),
    N_("This query is nested too deeply or has too many parts: send a smaller one."),
    N_("This query cannot be written anew without a change: write it more simply."),
    N_("Only one SELECT is explained here. This begins with something else."),
    N_("This is not understood as a query: check how it is written."),
    N_("Only one SELECT is explained here. These are %(many)s statements."),
    N_("Only one SELECT is explained here. This is another statement (%(statement)s)."),
    N_("Only one SELECT is explained here. This has something else in it (%(statement)s)."),
    N_("This query cannot be written anew: write it more simply."),
    N_("A part of WITH has the name of a table: give it another name."),
    N_("The column %(column)s is a secret: a plan can tell what stands in it."),
    N_("Name columns where they are selected, not behind the name of a table."),
    N_("Name the columns inside of a part: with * a secret would be among them."),
    N_("This part is not understood well enough to be explained (%(part)s)."),
    N_("The function %(function)s is not on the list of those that are harmless to explain."),
    N_("Name tables without the database in front: only this one is looked at."),
    N_("There is no table %(table)s here."),
    N_("It writes its rows somewhere (INTO): take that out."),
    N_("It locks rows (FOR UPDATE, FOR SHARE): take that out, the plan stays the same."),
    N_("There is a variable in it: write a value instead."),
    N_("There is a variable of the server in it: write a value instead."),
    N_("It sets a variable: take that out."),
    N_("There is a placeholder in it: write a value instead."),
    N_("There is a character set in front of a value: take that out."),
    N_("There is a hint in it: take that out."),
    N_("This query is too long to be kept as a whole: paste it to have it explained."),
    N_("This statement is not one that can be explained."),
    N_("This statement looks for no rows: there is nothing to explain."),
    N_("Others are asking at this moment: try again in a few seconds."),
    N_("This query is not known: it was not asked for a long time, and its figures are gone."),
    N_("This query names too many tables for an index to be tried."),
    N_(
        "The account that explains may not make temporary tables: grant it CREATE TEMPORARY TABLES to have "
        "advice proven."
    ),
    N_("A column stands in more than one of the tables: write the table in front of it."),
    N_("There is no such column in these tables."),
    N_("A column is selected that is not grouped by."),
    N_("This cannot be grouped by."),
    N_("The server does not understand this query."),
    N_("Two tables have the same name in it: give one another name."),
    N_("A sum or count stands where none may."),
    N_("The account that explains may not read one of these tables."),
    N_("The account that explains may not read one of these columns."),
    N_("There is no such table."),
    N_("The parts of the union have different numbers of columns."),
    N_("One value is needed where there are several columns."),
    N_("A name is used before it is known."),
    N_("A query in FROM needs a name."),
    N_("Texts of two collations are compared."),
    N_("The server took too long to plan this query."),
    N_("It divides by zero."),
    N_("The account that explains may not call functions."),
    N_("A function has the wrong number of values."),
    N_("It would have written something: the server refused it."),
    N_("The server refuses to explain this query (error %(number)s)."),
    N_("The database refuses to explain this query."),
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
    N_("the same file"),
    N_("This page marker is not one of ours: leave it out to start from the first page."),
    N_("nobody signed in"),
    N_("%(name)s (token)"),
)

# The names of the checks of the health.
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


def told(text: str | None, texts: tuple[str, ...] = TEXTS) -> str:
    """`text` in the language spoken."""
    if not text:
        return ""
    for joint in JOINTS:
        several = text.split(joint)
        if len(several) > 1 and all(found(one, texts) for one in several):
            return joint.join(told(one, texts) for one in several)
    known = found(text, texts)
    if known is None:
        return text
    template, values = known
    return gettext(template, **{name: value(name, one) for name, one in values.items()})


def check_name(check: str) -> str:
    name = told(check, CHECKS)
    return name[:1].upper() + name[1:]


def value(name: str, text: str) -> str:
    if name in NUMBERS:
        return number(text)
    return text if name in KINDS else told(text)


def number(text: str) -> str:
    """As the locale writes it, with as many digits as it has."""
    signs = {",": get_group_symbol(locale()), ".": get_decimal_symbol(locale())}
    return "".join(signs.get(letter, letter) for letter in text)


@lru_cache(2000)
def found(text: str, texts: tuple[str, ...] = TEXTS) -> tuple[str, dict[str, str]] | None:
    """The sentence that `text` is, and what stands in its places."""
    for template, pattern in patterns(texts):
        if match := pattern.fullmatch(text):
            return template, match.groupdict()
    return None


@cache
def patterns(texts: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    """What has the most words of its own comes first."""
    longest_first = sorted(texts, key=lambda one: len(PLACE.sub("", one)), reverse=True)
    return [(one, re.compile("".join(parts(one)), re.DOTALL)) for one in longest_first]


def parts(template: str) -> Iterator[str]:
    for at, part in enumerate(PLACE.split(template)):
        yield f"(?P<{part}>{kind(part)})" if at % 2 else re.escape(part.replace("%%", "%"))


def kind(name: str) -> str:
    return NUMBER if name in NUMBERS else KINDS.get(name, ".+?")
