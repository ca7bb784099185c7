"""On which line of a TOML text each value stands, so that what is wrong can be found.

Only for texts that `tomllib` has read: what is no TOML is not looked for here.
"""

from dataclasses import dataclass, field
from typing import Final

Path = tuple[str | int, ...]
"""The keys and indices that lead to a value, as `("caller", 0, "steps", 2)`."""

_SPACE: Final = " \t"
_BLANK: Final = " \t\r\n"
_ENDS: Final = ",]}\r\n#"
_TRIPLES: Final = ('"""', "'''")


def lines_of(text: str) -> "Lines":
    """Return on which line each value of a TOML text stands."""
    return Lines(_Reader(text.replace("\r\n", "\n")).read())


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines by path, counted from 1."""

    found: dict[Path, int]

    def of(self, path: Path) -> int:
        """Return the line of a value, or of the nearest thing it is in; 1 where there is none."""
        while path and path not in self.found:
            path = path[:-1]
        return self.found.get(path, 1)


@dataclass
class _Reader:
    text: str
    at: int = 0
    line: int = 1
    found: dict[Path, int] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)
    """How many tables there are so far in each array of tables."""

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(_BLANK):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._entry(table)
        return self.found

    # --- tables --------------------------------------------------------------------------------

    def _header(self) -> Path:
        line = self.line
        many = self.text.startswith("[[", self.at)
        self._step(2 if many else 1)
        path: Path = ()
        for key in self._keys():
            path = (*path, key)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        self._step(2 if many else 1)
        if many:
            array = path[:-1] if path and isinstance(path[-1], int) else path
            index = self.counts.get(array, 0)
            self.counts[array] = index + 1
            self.found.setdefault(array, line)
            path = (*array, index)
        self.found.setdefault(path, line)
        return path

    def _entry(self, table: Path) -> None:
        line = self.line
        path = (*table, *self._keys())
        for end in range(len(table) + 1, len(path) + 1):
            self.found.setdefault(path[:end], line)
        self._step(1)
        self._value(path)

    def _keys(self) -> list[str]:
        """Read a dotted key, up to the `=` or `]` behind it."""
        keys = []
        while True:
            self._skip(_SPACE)
            begins = self.at
            if self.text[self.at] in "\"'":
                self._string()
                keys.append(self.text[begins + 1 : self.at - 1])
            else:
                while self.text[self.at] not in " \t.=]":
                    self._step(1)
                keys.append(self.text[begins : self.at])
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return keys
            self._step(1)

    # --- values --------------------------------------------------------------------------------

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        self.found.setdefault(path, self.line)
        match self.text[self.at]:
            case "[":
                self._array(path)
            case "{":
                self._inline(path)
            case '"' | "'":
                self._string()
            case _:
                while self.at < len(self.text) and self.text[self.at] not in _ENDS:
                    self._step(1)

    def _array(self, path: Path) -> None:
        self._step(1)
        index = 0
        while self._skip(_BLANK + ",") and self.text[self.at] != "]":
            self._value((*path, index))
            index += 1
        self._step(1)

    def _inline(self, path: Path) -> None:
        self._step(1)
        while self._skip(_BLANK + ",") and self.text[self.at] != "}":
            self._entry(path)
        self._step(1)

    def _string(self) -> None:
        quote = self.text[self.at]
        if self.text.startswith(_TRIPLES, self.at):
            quote *= 3
        self._step(len(quote))
        while not self.text.startswith(quote, self.at):
            self._step(2 if self.text[self.at] == "\\" and quote[0] == '"' else 1)
        self._step(len(quote))
        while len(quote) == 3 and self.text.startswith(quote[0], self.at):
            # Up to two more quotes belong to the text.
            self._step(1)

    # --- characters ----------------------------------------------------------------------------

    def _skip(self, characters: str) -> bool:
        """Pass `characters` and comments; tell whether anything is left."""
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "#" and "\n" in characters:
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif here in characters:
                self._step(1)
            else:
                return True
        return False

    def _step(self, count: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count
