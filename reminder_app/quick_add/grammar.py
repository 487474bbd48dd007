"""Rules of a language, and how a text is read by them.

A rule is a line such as "every [other] {unit}": words, a|b for either, [ ] for what may be missing, { } for
a table of words, a lexer or other rules by their name; {~name} takes no part of the text. The rules of one name are a
tree, walked from a token on. Every name is looked up once at a token and gives a handful of results, and no rule leads
back to itself: the work grows with the length of the text and no faster.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reminder_app.quick_add.meaning import Here
from reminder_app.quick_add.tokens import Token, folded

MOST_RESULTS = 4
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
Build = Callable[
    ..., Any
]  # Here, what the rule gives, what was read -> a value, None when it is none
Result = tuple[int, Any]  # the token after it, and the value
Lexer = Callable[["Reader", int], Sequence[Result]]
Rules = Sequence[tuple[Any, ...]]  # (pattern, build, *what the rule gives)


@dataclass
class Node:
    words: dict[str, "Node"] = field(default_factory=dict)
    slots: dict[str, "Node"] = field(default_factory=dict)
    edges: tuple[
        tuple[str, bool, "Node"], ...
    ] = ()  # of slots: name, whether it is kept, and where it leads
    build: Build | None = None
    given: tuple[Any, ...] = ()


@dataclass(frozen=True)
class First:
    """What a name can begin with."""

    words: frozenset[str] = frozenset()
    is_number: bool = False

    def __or__(self, other: "First") -> "First":
        return First(self.words | other.words, self.is_number or other.is_number)


@dataclass(frozen=True)
class Grammar:
    """firsts: of rules, tables and lexers; a name that is not there can begin anywhere."""

    trees: Mapping[str, Node]
    words: Mapping[str, Mapping[str, Any]]
    lexers: Mapping[str, Lexer]
    firsts: dict[str, First] = field(default_factory=dict)


def compiled(
    rules: Mapping[str, Rules],
    words: Mapping[str, Mapping[str, Any]],
    lexers: Mapping[str, Lexer],
    lexers_begin: Mapping[str, tuple[bool, str]],
) -> Grammar:
    """`lexers_begin`: of each lexer, whether with a number, and with which other name or none."""
    tables = {
        name: {folded(word): value for word, value in table.items()}
        for name, table in words.items()
    }
    grammar = Grammar({name: tree_of(some) for name, some in rules.items()}, tables, lexers)
    for name in grammar.trees:
        check(grammar, name, ())
    for name in (*tables, *rules, *lexers_begin):
        grammar.firsts[name] = first_of(grammar, name, lexers_begin)
    return grammar


def first_of(grammar: Grammar, name: str, lexers_begin: Mapping[str, tuple[bool, str]]) -> First:
    if name in grammar.words:
        return First(frozenset(grammar.words[name]))
    if name not in grammar.trees:
        is_number, other = lexers_begin[name]
        return First(is_number=is_number) | (
            first_of(grammar, other, lexers_begin) if other else First()
        )
    root = grammar.trees[name]
    found = First(frozenset(root.words))
    for slot in root.slots:
        found |= first_of(grammar, slot, lexers_begin)
    return found


def check(grammar: Grammar, name: str, above: tuple[str, ...]) -> None:
    """Raises ValueError for a name that is not there, or that leads back to itself."""
    if name in above:
        raise ValueError(f"{name} leads back to itself: {above}")
    if name not in grammar.trees:
        if name not in grammar.words and name not in grammar.lexers:
            raise ValueError(f"{name} is no table, lexer or rule, in {above}")
        return
    for slot in slots_of(grammar.trees[name]):
        check(grammar, slot, (*above, name))


def slots_of(node: Node) -> set[str]:
    found = {name.removeprefix("~") for name in node.slots}
    for child in (*node.words.values(), *node.slots.values()):
        found |= slots_of(child)
    return found


def tree_of(rules: Rules) -> Node:
    root = Node()
    for pattern, build, *given in rules:
        for line in spelled_out(pattern):
            for node in grown(root, line.split()):
                if node.build is None:  # the first rule for the same words is the one
                    node.build, node.given = build, tuple(given)
    draw_edges(root)
    return root


def draw_edges(node: Node) -> None:
    node.edges = tuple(
        (name.removeprefix("~"), name[0] != "~", child) for name, child in node.slots.items()
    )
    for child in (*node.words.values(), *node.slots.values()):
        draw_edges(child)


def spelled_out(pattern: str) -> list[str]:
    """The lines without [ ]: each with what stood there, and without it."""
    found = OPTIONAL.search(pattern)
    if not found:
        return [pattern]
    before, after = pattern[: found.start()], pattern[found.end() :]
    return [*spelled_out(before + found[1] + after), *spelled_out(before + after)]


def grown(root: Node, elements: Sequence[str]) -> list[Node]:
    """The nodes where this line ends; the tree grows where they are missing."""
    nodes = [root]
    for element in elements:
        if element.startswith("{"):
            nodes = [node.slots.setdefault(element[1:-1], Node()) for node in nodes]
        else:
            words = [folded(word) for word in element.split("|")] if element != "|" else ["|"]
            nodes = [node.words.setdefault(word, Node()) for node in nodes for word in words]
    return nodes


class Reader:
    """One text. steps: how many nodes were looked at, for who wants to know what a text costs."""

    def __init__(self, grammar: Grammar, tokens: Sequence[Token], here: Here) -> None:
        self.grammar, self.tokens, self.here = grammar, tokens, here
        self.steps = 0
        self._texts = [token.text for token in tokens]
        self._are_numbers = [token.is_number for token in tokens]
        self._known: list[dict[str, Sequence[Result]]] = [{} for _ in range(len(tokens) + 1)]

    def read(self, name: str, at: int) -> Sequence[Result]:
        """What `name` can be from token `at` on, the longest first."""
        self.steps += 1
        known = self._known[min(at, len(self.tokens))]
        found = known.get(name)
        if found is None:
            found = known[name] = self._found(name, at) if self._can_begin(name, at) else ()
        return found

    def word(self, at: int) -> str:
        return self._texts[at] if at < len(self._texts) else ""

    def _can_begin(self, name: str, at: int) -> bool:
        first = self.grammar.firsts.get(name)
        if first is None:
            return True
        if at >= len(self._texts):
            return False
        return self._texts[at] in first.words or (first.is_number and self._are_numbers[at])

    def _found(self, name: str, at: int) -> Sequence[Result]:
        if name in self.grammar.trees:
            by_end: dict[int, Any] = {}
            self._walk(self.grammar.trees[name], at, (), by_end)
            return sorted(by_end.items(), key=lambda one: -one[0])[:MOST_RESULTS]
        if name in self.grammar.words:
            value = self.grammar.words[name].get(self.word(at))
            return () if value is None else ((at + 1, value),)
        return self.grammar.lexers[name](self, at)

    def _walk(self, node: Node, at: int, read: tuple[Any, ...], by_end: dict[int, Any]) -> None:
        self.steps += 1
        if node.build and at not in by_end:
            value = node.build(self.here, *node.given, *read)
            if value is not None:
                by_end[at] = value
        if at < len(self._texts) and (following := node.words.get(self._texts[at])):
            self._walk(following, at + 1, read, by_end)
        for name, is_kept, child in node.edges:
            for end, value in self.read(name, at):
                self._walk(child, end, (*read, value) if is_kept else read, by_end)
