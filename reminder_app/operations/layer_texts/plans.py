"""How a query is run, and which index it lacks."""

from reminder_app.translations import N_

TEXTS = (
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
)
