"""Where a cursor stands in the text of a JSON document that is being written, valid or not.

Goes over the text token by token and never fails: what does not fit is passed over. A string
ends with its line, so that a quote that is not closed yet spoils no other line.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

TokenKind = Literal["text", "word", "sign"]

_TOKEN: Final = re.compile(
    r'(?P<text>"(?:[^"\\\r\n]|\\[^\r\n])*(?:"|\\?))|(?P<sign>[{}\[\],:])|(?P<word>[^\s{}\[\],:"]+)'
)
_PLAIN: Final = re.compile(r'[\w.+;=/*#-]*"')
"""The rest of a string that is surely the cursor's own."""


@dataclass(frozen=True, slots=True)
class Token:
    """A string with its quotes, a number or a word, or one of `{}[],:`; offsets in the text."""

    kind: TokenKind
    start: int
    end: int
    text: str


@dataclass(slots=True)
class Level:
    """An object or an array that the cursor is inside of.

    Attributes:
        is_object: Else it is an array.
        name: The member whose value the cursor is in; None in an array, or where a name stands.
        members: The members of the object that are known, both before and behind the cursor;
            None for a value that is an object or an array itself.
    """

    is_object: bool
    name: str | None = None
    members: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is being written.

    Attributes:
        levels: What is around it, the outermost first.
        at_name: Whether a member's name stands here; else a value.
        typed: What of it stands before the cursor, without its quote.
        start: Offset from which on it would be replaced.
        end: Offset up to which; behind the closing quote where there is one.
        named: Whether a colon follows a name already.
    """

    levels: tuple[Level, ...]
    at_name: bool
    typed: str
    start: int
    end: int
    named: bool = False


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield what a text is made of, from an offset on."""
    for found in _TOKEN.finditer(text, start):
        match found.lastgroup:
            case "text" | "word" | "sign" as kind:
                yield Token(kind, found.start(), found.end(), found[0])


def cursor_at(text: str, offset: int) -> Cursor | None:
    """Return what is being written at `offset`; None: nothing can stand there."""
    scan = _Scan()
    before: Token | None = None
    touched: Token | None = None
    for token in tokens(text):
        if token.end > offset or (token.end == offset and _is_open(token)):
            touched = token if token.start < offset else None
            break
        scan.take(token)
        before = token
    start, end, typed = offset, offset, ""
    if touched is not None and touched.kind != "sign":
        start, typed = touched.start, text[touched.start : offset].removeprefix('"')
        end = touched.end
        if touched.kind == "text" and _PLAIN.fullmatch(text, offset, touched.end) is None:
            end = offset
    if (
        not scan.levels
        or scan.has_value
        or (before is not None and before.end == start != 0 and before.kind != "sign")
    ):
        return None
    levels = tuple(scan.levels)
    inner = levels[-1]
    at_name = inner.is_object and inner.name is None
    named = text[end:].lstrip().startswith(":")
    _look_behind(text, end, levels)
    return Cursor(levels, at_name, typed, start, end, named)


def _is_open(token: Token) -> bool:
    """Tell whether a token that ends at the cursor may go on there."""
    closed = token.kind == "text" and len(token.text) > 1 and token.text.endswith('"')
    return token.kind != "sign" and not closed


class _Scan:
    """The brackets that are open after some tokens, and what was read in each."""

    def __init__(self, levels: tuple[Level, ...] = ()) -> None:
        self.levels = list(levels)
        self.has_value = False
        """A value or a name is complete: a comma, a colon or a bracket comes next."""
        self._name: str | None = None

    def take(self, token: Token) -> None:
        level = self.levels[-1] if self.levels else None
        match token.text:
            case "{" | "[":
                if level is not None and level.is_object and level.name is not None:
                    level.members.setdefault(level.name, None)
                self.levels.append(Level(token.text == "{"))
                self.has_value, self._name = False, None
            case "}" | "]":
                if self.levels:
                    self.levels.pop()
                self.has_value, self._name = True, None
            case ",":
                if level is not None:
                    level.name = None
                self.has_value, self._name = False, None
            case ":":
                if level is not None and level.is_object:
                    level.name, self._name = self._name, None
                self.has_value = False
            case _:
                self._scalar(token, level)

    def _scalar(self, token: Token, level: Level | None) -> None:
        self.has_value = True
        if level is None or not level.is_object:
            return
        value = _read(token)
        if level.name is not None:
            level.members[level.name] = value
        elif isinstance(value, str):
            self._name = value


def _look_behind(text: str, end: int, levels: tuple[Level, ...]) -> None:
    """Add the members that stand behind the cursor to the levels around it."""
    kept = [level.name for level in levels]
    scan = _Scan(levels)
    for token in tokens(text, end):
        scan.take(token)
        if not scan.levels:
            break
    for level, name in zip(levels, kept, strict=True):
        level.name = name


def _read(token: Token) -> object:
    if token.kind == "text" and "\\" not in token.text and token.text.isprintable():
        return token.text.strip('"')
    try:
        value: object = json.loads(token.text)
    except ValueError:
        return token.text.strip('"')
    return value
