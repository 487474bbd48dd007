"""What a query asks of each table: which columns are compared, and in what order rows are wanted."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from reminder_app.database.advisor.catalogue import Catalogue, Column, Table

RANGES = (exp.GT, exp.GTE, exp.LT, exp.LTE)


@dataclass
class Need:
    """Of one table in one SELECT."""

    table: str
    equal: list[str] = field(default_factory=list)  # = , IN, IS NULL
    joined: list[str] = field(default_factory=list)  # = a column of another table
    ranges: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)  # all in one direction

    @property
    def fixed(self) -> list[str]:
        return list(dict.fromkeys([*self.equal, *self.joined]))


class Scope:
    """One SELECT: its tables by what it calls them."""

    def __init__(self, select: exp.Select, catalogue: Catalogue) -> None:
        self.select = select
        named = [select.args.get("from_"), *(select.args.get("joins") or [])]
        sources = [clause.this for clause in named if clause is not None]
        self.tables: dict[str, Table] = {
            source.alias_or_name: catalogue[source.name]
            for source in sources
            if isinstance(source, exp.Table) and source.name in catalogue
        }

    def of(self, column: exp.Expr) -> tuple[str, Column] | None:
        """Whose column it is: what the query calls the table, and the column."""
        if not isinstance(column, exp.Column):
            return None
        owners = [column.table] if column.table else self.owners(column.name)
        if len(owners) != 1 or owners[0] not in self.tables:
            return None
        found = self.tables[owners[0]].columns.get(column.name)
        return (owners[0], found) if found else None

    def owners(self, name: str) -> list[str]:
        return [alias for alias, table in self.tables.items() if name in table.columns]

    def conditions(self) -> Iterator[exp.Expr]:
        """All that have to be true together."""
        where = self.select.args.get("where")
        if where is not None:
            yield from parts(where.this)
        for join in self.select.args.get("joins") or []:
            if join.args.get("on") is not None:
                yield from parts(join.args["on"])

    def is_value(self, side: exp.Expr) -> bool:
        """Known before the first row is read: no column of these tables is in it."""
        return not any(self.of(column) for column in side.find_all(exp.Column))


def scopes(tree: exp.Expr, catalogue: Catalogue) -> list[Scope]:
    return [Scope(select, catalogue) for select in tree.find_all(exp.Select)]


def parts(condition: exp.Expr) -> Iterator[exp.Expr]:
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        yield from parts(condition.this)
        yield from parts(condition.expression)
    else:
        yield condition


def needs(tree: exp.Expr, catalogue: Catalogue) -> list[Need]:
    found = []
    for scope in scopes(tree, catalogue):
        by_alias = {alias: Need(table.name) for alias, table in scope.tables.items()}
        for condition in scope.conditions():
            note(condition, scope, by_alias)
        note_order(scope, by_alias)
        found += list(by_alias.values())
    return found


def note(condition: exp.Expr, scope: Scope, by_alias: dict[str, Need]) -> None:
    if isinstance(condition, exp.EQ):
        note_equal(condition, scope, by_alias)
        return
    for column, kind in compared(condition, scope):
        alias, found = column
        into = by_alias[alias].equal if kind == "equal" else by_alias[alias].ranges
        if found.name not in into:
            into.append(found.name)


def note_equal(condition: exp.EQ, scope: Scope, by_alias: dict[str, Need]) -> None:
    left, right = scope.of(condition.this), scope.of(condition.expression)
    for mine, other, side in (
        (left, right, condition.expression),
        (right, left, condition.this),
    ):
        if mine is None:
            continue
        alias, column = mine
        if other is not None and other[0] != alias:
            by_alias[alias].joined.append(column.name)
        elif other is None and scope.is_value(side):
            by_alias[alias].equal.append(column.name)


def compared(condition: exp.Expr, scope: Scope) -> Iterator[tuple[tuple[str, Column], str]]:
    """Columns on their own beside a value: inside a function no index serves them."""
    column = scope.of(condition.this) if isinstance(condition.this, exp.Expr) else None
    if column is None and isinstance(condition, RANGES):
        column = scope.of(condition.expression)
    if column is None:
        return
    if isinstance(condition, exp.In) or (
        isinstance(condition, exp.Is) and isinstance(condition.expression, exp.Null)
    ):
        yield column, "equal"
    elif isinstance(condition, (*RANGES, exp.Between)) or is_prefix(condition):
        yield column, "range"


def is_prefix(condition: exp.Expr) -> bool:
    """LIKE 'a%': the beginning is known."""
    if not isinstance(condition, exp.Like) or not isinstance(condition.expression, exp.Literal):
        return False
    return not condition.expression.name.startswith(("%", "_"))


def note_order(scope: Scope, by_alias: dict[str, Need]) -> None:
    order, group = scope.select.args.get("order"), scope.select.args.get("group")
    wanted = list(order.expressions) if order else list(group.expressions) if group else []
    directions = {bool(one.args.get("desc")) for one in wanted if isinstance(one, exp.Ordered)}
    columns = [scope.of(one.this if isinstance(one, exp.Ordered) else one) for one in wanted]
    owners = {column[0] if column else None for column in columns}
    if len(owners) == 1 and None not in owners and len(directions) <= 1:
        need = by_alias[next(column[0] for column in columns if column)]
        need.order = list(dict.fromkeys(column[1].name for column in columns if column))
