"""What may stand at the cursor of a half-typed filter."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from console.journal.filter import NO_NAMES
from console.journal.filter_fields import How, Key

MOST: Final = 200
"""Values of one field that are offered at most."""
_BARE: Final = re.compile(r'[^\s()|&!",:*@<>-][^\s()|&",*]*')
_PART: Final = re.compile(r"[!-]?(?P<word>[^\s()|&]*)\Z")


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on.

    Attributes:
        at: Index from which `text` takes the place of what was typed up to the cursor.
        text: What is put there.
        note: What it is, in a few words.
    """

    at: int
    text: str
    note: str

    def put(self, typed: str, cursor: int) -> str:
        """Return the filter with this completion in it; the cursor belongs after it."""
        return typed[: self.at] + self.text + typed[cursor:]


def no_values(key: str) -> Iterable[str | None]:
    """Return no values: nobody looked at what there is."""
    return ()


def completions(
    typed: str,
    cursor: int,
    keys: Mapping[str, Key],
    saved: Mapping[str, str] = NO_NAMES,
    values: Callable[[str], Iterable[str | None]] = no_values,
) -> list[Completion]:
    """Return what may stand at the cursor: names of fields, their values, saved filters.

    Args:
        typed: The whole filter so far.
        cursor: Index of the cursor in it.
        keys: The fields its subjects have.
        saved: Filters by name.
        values: Gives the values that a field has now, repeated ones and None too.
    """
    before = typed[:cursor]
    if before.count('"') % 2:
        return []
    part = _PART.search(before)
    word = "" if part is None else part["word"]
    start = cursor - len(word)
    if word.startswith("@"):
        return [
            Completion(start, f"@{name} ", text)
            for name, text in saved.items()
            if name.startswith(word[1:].lower())
        ]
    name, colon, given = word.partition(":")
    if not colon:
        return [
            Completion(start, name + sign, key.help)
            for name, key in keys.items()
            if name.startswith(word.lower())
            for sign in _signs(key.how)
        ]
    key = keys.get(name.lower())
    if key is None or key.how.by_size:
        return []
    begun = given.rpartition(",")[2]
    there = {value: None for value in values(name.lower()) if value}
    found = list(dict.fromkeys([*there, *sorted(key.known or ())]))
    return [
        Completion(
            cursor - len(begun),
            value if _BARE.fullmatch(value) else f'"{value}"',
            f"{key.help}, seen now" if value in there else key.help,
        )
        for value in found
        if value.lower().startswith(begun.lower())
        and value.lower() != begun.lower()
        and '"' not in value
    ][:MOST]


def _signs(how: How) -> tuple[str, ...]:
    return ("<", ">") if how.by_size else (":",)
