"""What may stand in a query that is explained. Everything that is not named here is refused.

EXPLAIN runs functions (MariaDB ran one that writes, slept in SLEEP and burned in BENCHMARK), so it is
the list of what is harmless that is kept, never one of what is not. Names are the parser's.
"""

import re


def listed(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Of sqlglot's tree.
NODES = listed(
    "Select Union Intersect Except Subquery With CTE From Join Where Group Having Order Ordered Limit "
    "Offset Distinct Alias TableAlias Table Column Identifier Literal Star Null Boolean Var Tuple Paren "
    "And Or Xor Not EQ NEQ NullSafeEQ NullSafeNEQ GT GTE LT LTE Between In Is Like Escape Exists Any All "
    "Add Sub Mul Div IntDiv Mod Neg BitwiseAnd BitwiseOr BitwiseXor DPipe Case If HexString Interval DataType DataTypeParam "
    "Collate Cast Window WindowSpec"
)
# Functions that the parser has a class for.
FUNCTIONS = listed(
    "Count Sum Min Max Avg GroupConcat Coalesce Nullif Abs Ceil Floor Round Sign Greatest Least Lower Upper "
    "Trim Length Concat ConcatWs Substring Left Right StrPosition Hex CurrentTimestamp CurrentDate "
    "CurrentTime UtcTimestamp UtcDate Date TsOrDsToDate Year Month Day Hour Minute Second DayOfWeek "
    "DayOfMonth DayOfYear Week Quarter Extract DateAdd DateSub DateDiff TimestampDiff TimeToStr UnixToTime "
    "TimestampTrunc RowNumber Rank DenseRank Lag Lead FirstValue LastValue "
    "TsOrDsAdd TsOrDsDiff TimeToUnix LastDay"
)
# Functions that it keeps by name.
NAMED = listed(
    "ABS AVG CEILING CHAR_LENGTH COALESCE COUNT CURDATE CURRENT_DATE CURRENT_TIMESTAMP DATE DATEDIFF DAY "
    "DAYOFMONTH DAYOFWEEK DAYOFYEAR FLOOR HEX HOUR IFNULL "
    "LAST_DAY LENGTH LOWER LTRIM MAX MICROSECOND MIN MINUTE MONTH NOW NULLIF QUARTER RTRIM SECOND SIGN "
    "SUBSTR SUM TIME UNIX_TIMESTAMP UPPER UTC_DATE UTC_TIMESTAMP WEEKDAY YEAR "
    "YEARWEEK"
)
# To MySQL these would be names of stored functions.
OF_SQLITE = listed("JULIANDAY STRFTIME TOTAL TYPEOF")
# Words that the parser keeps as they were written.
WORDS = listed(
    "OVER INNER OUTER LEFT RIGHT CROSS FULL FIRST LAST BOTH LEADING TRAILING ROWS RANGE GROUPS PRECEDING "
    "FOLLOWING UNBOUNDED MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR"
) | {"CURRENT ROW", "NULLS ARE SMALL", "NULLS ARE LARGE", "UTF8MB4_BIN", "UTF8MB4_UNICODE_520_CI"}
# The parts of a SELECT; the parser has forty, among them INTO and locks.
PARTS = listed(
    "with with_ expressions from from_ joins where group having order limit offset distinct windows"
)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
NUMBER = re.compile(r"\d{1,30}(\.\d{0,30})?([eE][+-]?\d{1,3})?|\.\d{1,30}")
HEX = re.compile(r"[0-9A-Fa-f]{0,2000}")
# A type to cast to.
TYPES = listed(
    "CHAR VARCHAR NCHAR TEXT BINARY VARBINARY DATE DATETIME TIMESTAMP TIME DECIMAL DOUBLE FLOAT INT BIGINT "
    "UBIGINT SMALLINT TINYINT JSON"
)
