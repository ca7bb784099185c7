"""Where each part of a JSON document stands in its text: line and column by path.

Reads only what `console.voice.wire.decode_json` has accepted, so it checks nothing again.
Paths are those of `Defect`: `[0].endpoint[0].number`.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SCALAR: Final = re.compile(r"[^\s,\]}]+")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_STEP: Final = re.compile(r"\.?([^.\[\]]+)$|\[[0-9]+\]$")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the text: offsets of its first character and of the one after its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Lines and columns of a span, counted from 1 in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class JsonSource:
    """The text of a JSON document and where its parts stand.

    Args:
        text: The document.
        values: Where each value stands, by its path.
        names: Where the name of each member stands, by the member's path.
        repeated: Members whose name their object has had already, by path.
    """

    __slots__ = ("_lines", "names", "repeated", "text", "values")

    def __init__(
        self,
        text: str,
        values: Mapping[str, Span],
        names: Mapping[str, Span],
        repeated: tuple[tuple[str, Span], ...] = (),
    ) -> None:
        self.text = text
        self.values = values
        self.names = names
        self.repeated = repeated
        self._lines = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def value(self, path: str) -> Place:
        """Return where the value at `path` stands, or what it is missing from."""
        return self.place(self._nearest(path, self.values))

    def name(self, path: str) -> Place:
        """Return where the name of the member at `path` stands; without one its value."""
        span = self.names.get(path)
        return self.value(path) if span is None else self.place(span)

    def place(self, span: Span) -> Place:
        """Return lines and columns of a span."""
        return Place(*self._position(span.start), *self._position(max(span.end, span.start)))

    def _nearest(self, path: str, spans: Mapping[str, Span]) -> Span:
        """Return the span at `path`; where nothing is, the opening bracket of what holds it."""
        span = spans.get(path)
        if span is not None:
            return span
        while path:
            shorter = _STEP.sub("", path)
            path = shorter if shorter != path else ""
            span = spans.get(path)
            if span is not None:
                return Span(span.start, min(span.start + 1, span.end))
        return spans.get("", Span(0, min(1, len(self.text))))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


def read_source(text: str) -> JsonSource:
    """Return where everything stands in the text of valid JSON."""
    reader = _Reader(text)
    reader.value(reader.skip(0), "")
    return JsonSource(text, reader.values, reader.names, tuple(reader.repeated))


class _Reader:
    """Goes once through the text; as deep as the document nests, which its reader limits."""

    __slots__ = ("names", "repeated", "text", "values")

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: dict[str, Span] = {}
        self.names: dict[str, Span] = {}
        self.repeated: list[tuple[str, Span]] = []

    def skip(self, at: int) -> int:
        found = _BLANKS.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, path: str) -> int:
        """Note the value that starts at `at` and return the offset after it."""
        match self.text[at]:
            case "{":
                end = self._object(at, path)
            case "[":
                end = self._array(at, path)
            case '"':
                end = self._end(_STRING, at)
            case _:
                end = self._end(_SCALAR, at)
        self.values[path] = Span(at, end)
        return end

    def _end(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self.text, at)
        if found is None:
            raise ValueError(f"no JSON at character {at}")
        return found.end()

    def _object(self, at: int, path: str) -> int:
        seen: set[str] = set()
        at = self.skip(at + 1)
        while self.text[at] != "}":
            end = self._end(_STRING, at)
            name = json.loads(self.text[at:end])
            member = f"{path}.{name}" if path else name
            if name in seen:
                self.repeated.append((member, Span(at, end)))
            seen.add(name)
            self.names[member] = Span(at, end)
            at = self.value(self.skip(self.skip(end) + 1), member)
            at = self._next(at)
        return at + 1

    def _array(self, at: int, path: str) -> int:
        index = 0
        at = self.skip(at + 1)
        while self.text[at] != "]":
            at = self._next(self.value(at, f"{path}[{index}]"))
            index += 1
        return at + 1

    def _next(self, at: int) -> int:
        """Return the offset of the next member, or of the bracket that closes."""
        at = self.skip(at)
        return self.skip(at + 1) if self.text[at] == "," else at
