"""On which line of a TOML file a key stands, so that an error can say it."""

import re
from collections.abc import Iterable
from pathlib import Path as File

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = rf"^\s*(\[\[?)\s*({_DOTTED})\s*\]"
_KEY = rf"^\s*({_DOTTED})\s*="
_TOLD = r" line (\d+)[ :]"
# They are compiled when a place is first asked for, which a file without faults seldom needs.

Path = tuple[str | int, ...]
"""Keys, and the index after the name of a list of tables."""


def line_of(text: str, path: Path) -> int | None:
    """Return the line (from 1) where `path` is set, or the nearest table or key around it."""
    places = _places(text)
    while path:
        if path in places:
            return places[path]
        path = path[:-1]
    return None


def place_of(file: File, text: str, path: Path) -> str:
    """Return the file, and the line where `path` is set in its text, where that is known."""
    line = line_of(text, path)
    return f"{file} line {line}" if line is not None else str(file)


def by_line(problems: Iterable[str]) -> list[str]:
    """Return what is wrong in the order of a file's lines; what names none stands first."""
    return sorted(problems, key=_line_in)


def _line_in(problem: str) -> int:
    found = re.search(_TOLD, problem)
    return int(found[1]) if found is not None else 0


def _places(text: str) -> dict[Path, int]:
    places: dict[Path, int] = {}
    header: Path = ()
    counts: dict[Path, int] = {}
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if line.count(fence) % 2 else fence
            continue
        if found := re.match(_HEADER, line):
            header = _keys(found[2])
            if found[1] == "[[":
                counts[header] = counts.get(header, -1) + 1
                places.setdefault(header, number)
                header = (*header, counts[header])
            places.setdefault(header, number)
        elif found := re.match(_KEY, line):
            places.setdefault((*header, *_keys(found[1])), number)
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                fence = mark
                break
    return places


def _keys(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))
