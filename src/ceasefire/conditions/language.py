"""The language of conditions: names, ``not``, ``and``, ``or``, ``if``, ``iff``, parentheses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ceasefire.conditions.pattern import Pattern
from ceasefire.errors import LimitError

_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z][\w-]*\.[A-Za-z0-9_][\w-]*)|(?P<word>[A-Za-z]+)|(?P<sign>[()]))")
_WORDS = frozenset({"not", "and", "or", "if", "iff", "true", "false"})
_DEEPEST = 60
_MOST_PATTERNS = 4096


class ConditionError(ValueError):
    """Text that is no condition; `column` counts characters from 0, `hint` says what to do."""

    def __init__(self, column: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.column = column
        self.hint = hint


@dataclass(frozen=True, slots=True)
class _Node:
    """A name, a truth value, or an operator with its operands."""

    kind: str
    name: str = ""
    parts: tuple[_Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition; made by `parse`.

    Parameters
    ----------
    text : str
        As written.
    names : tuple of str
        Keys of the options it mentions, in lower case, in order of first mention.
    """

    text: str
    names: tuple[str, ...]
    _root: _Node = field(repr=False, compare=False)

    def holds(self, taken: Collection[str]) -> bool:
        """Say whether the condition holds when exactly the options in `taken` are taken.

        Examples
        --------
        >>> parse("a.x and not b.y").holds({"a.x"})
        True
        """
        return _value(self._root, taken)

    def patterns(self, order: Sequence[str]) -> tuple[Pattern, ...]:
        """Give patterns of which any holds exactly where the condition holds.

        Parameters
        ----------
        order : sequence of str
            Keys of the options; the first is bit 0.

        Returns
        -------
        tuple of Pattern
            Empty for never; ``(Pattern(0, 0),)`` for always; none implied by another.

        Raises
        ------
        KeyError
            For a name that is not in `order`.
        LimitError
            If more than 4,096 patterns would be needed.

        Examples
        --------
        >>> parse("a.x or not b.y").patterns(["a.x", "b.y"])
        (Pattern(care=1, value=1), Pattern(care=2, value=0))
        """
        return _patterns(self._root, {name: k for k, name in enumerate(order)}, negated=False)


def parse(text: str) -> Condition:
    """Read a condition.

    Names are ``party.option`` in any case. ``not`` binds closest, then ``and``, ``or``, ``if`` (``a if b`` means: where b
    holds, a holds), and ``iff``.

    Raises
    ------
    ConditionError
        With the column and a hint.

    Examples
    --------
    >>> parse("AZE.offensive and not arm.withdraw").names
    ('aze.offensive', 'arm.withdraw')
    """
    return _Parser(text).condition()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._next = 0
        self._names: dict[str, None] = {}

    def condition(self) -> Condition:
        root = self._iff(0)
        if self._next < len(self._tokens):
            column, _, seen = self._tokens[self._next]
            raise ConditionError(column, f"unexpected {seen!r}", "join conditions with `and` or `or`")
        return Condition(self._text, tuple(self._names), root)

    def _iff(self, depth: int) -> _Node:
        if depth > _DEEPEST:
            raise ConditionError(0, f"parentheses nested more than {_DEEPEST} deep", "split the condition")
        left = self._if(depth)
        while self._take("iff"):
            left = _Node("iff", parts=(left, self._if(depth)))
        return left

    def _if(self, depth: int) -> _Node:
        left = self._or(depth)
        while self._take("if"):
            left = _Node("or", parts=(left, _Node("not", parts=(self._or(depth),))))
        return left

    def _or(self, depth: int) -> _Node:
        parts = [self._and(depth)]
        while self._take("or"):
            parts.append(self._and(depth))
        return parts[0] if len(parts) == 1 else _Node("or", parts=tuple(parts))

    def _and(self, depth: int) -> _Node:
        parts = [self._not(depth)]
        while self._take("and"):
            parts.append(self._not(depth))
        return parts[0] if len(parts) == 1 else _Node("and", parts=tuple(parts))

    def _not(self, depth: int) -> _Node:
        flips = 0
        while self._take("not"):
            flips += 1
        operand = self._operand(depth)
        return _Node("not", parts=(operand,)) if flips % 2 else operand

    def _operand(self, depth: int) -> _Node:
        if self._next >= len(self._tokens):
            hint = "write an option as party.option, such as aze.offensive"
            raise ConditionError(len(self._text), "the condition ends where an option is expected", hint)
        column, kind, seen = self._tokens[self._next]
        self._next += 1
        if kind == "name":
            self._names.setdefault(seen.lower())
            return _Node("name", seen.lower())
        if seen in {"true", "false"}:
            return _Node(seen)
        if seen == "(":
            inside = self._iff(depth + 1)
            if not self._take(")"):
                raise ConditionError(column, "parenthesis is not closed", "add `)`")
            return inside
        raise ConditionError(column, f"unexpected {seen!r}", "write an option as party.option, such as aze.offensive")

    def _take(self, word: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next][1:] == ("word", word):
            self._next += 1
            return True
        return False


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            column = at + len(text[at:]) - len(text[at:].lstrip())
            raise ConditionError(column, f"unexpected {text[column]!r}", "use names, not, and, or, if, iff, ( and )")
        kind = found.lastgroup or ""
        seen = found.group(kind)
        if kind == "word" and seen.lower() not in _WORDS:
            hint = "write an option as party.option, such as aze.offensive"
            raise ConditionError(found.start(kind), f"unexpected {seen!r}", hint)
        yield found.start(kind), "name" if kind == "name" else "word", seen if kind == "name" else seen.lower()
        at = found.end()


def _value(node: _Node, taken: Collection[str]) -> bool:
    match node.kind:
        case "name":
            return node.name in taken
        case "not":
            return not _value(node.parts[0], taken)
        case "and":
            return all(_value(part, taken) for part in node.parts)
        case "or":
            return any(_value(part, taken) for part in node.parts)
        case "iff":
            return _value(node.parts[0], taken) == _value(node.parts[1], taken)
    return node.kind == "true"


def _patterns(node: _Node, bit: Mapping[str, int], *, negated: bool) -> tuple[Pattern, ...]:
    match node.kind:
        case "name":
            one = 1 << bit[node.name]
            return (Pattern(one, 0 if negated else one),)
        case "not":
            return _patterns(node.parts[0], bit, negated=not negated)
        case "iff":
            left, right = node.parts
            flip = _Node("not", parts=(right,)) if negated else right
            same = _Node("and", parts=(left, flip))
            neither = _Node("and", parts=(_Node("not", parts=(left,)), _Node("not", parts=(flip,))))
            return _patterns(_Node("or", parts=(same, neither)), bit, negated=False)
        case "and" | "or":
            choices = [_patterns(part, bit, negated=negated) for part in node.parts]
            return _both(choices) if (node.kind == "and") != negated else _simplest(p for c in choices for p in c)
    return (Pattern(0, 0),) if (node.kind == "true") != negated else ()


def _both(choices: Sequence[tuple[Pattern, ...]]) -> tuple[Pattern, ...]:
    found: tuple[Pattern, ...] = (Pattern(0, 0),)
    for choice in choices:
        found = _simplest(
            Pattern(a.care | b.care, a.value | b.value) for a in found for b in choice if (a.value ^ b.value) & a.care & b.care == 0
        )
    return found


def _simplest(patterns: Iterator[Pattern]) -> tuple[Pattern, ...]:
    kept: list[Pattern] = []
    for pattern in sorted(set(patterns), key=lambda p: (p.care.bit_count(), p.care, p.value)):
        if not any(pattern.care & k.care == k.care and pattern.value & k.care == k.value for k in kept):
            kept.append(pattern)
        if len(kept) > _MOST_PATTERNS:
            raise LimitError(f"a condition needs more than {_MOST_PATTERNS} patterns; split it into several")
    return tuple(kept)
