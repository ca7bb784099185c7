"""What may be written at a place of an NCCO: names of options, and the words they take.

Nothing is listed here: the strict reader is given what stands around the cursor, and it says
which names it asks for and which words would do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.voice.defects import Defect
from console.voice.json_cursor import Cursor, Level, cursor_at
from console.voice.ncco_lint_names import REST_NAMES, Watched, watched
from console.voice.ncco_read import read_ncco
from console.voice.recognition import SPEECH_LANGUAGES
from console.voice.voices import languages

_UNKNOWN: Final = "\0"
"""A word that no option takes."""
_FIRST: Final = ("action", "type", "text")


@dataclass(frozen=True, slots=True)
class Completion:
    """What may stand from `start` to `end` of the text.

    Attributes:
        start: Offset of the first character that is replaced.
        end: Offset behind the last one.
        words: What may stand there, the likeliest first, without quotes.
        texts: What is put there for each of them.
    """

    start: int
    end: int
    words: tuple[str, ...]
    texts: tuple[str, ...]


def complete(text: str, offset: int) -> Completion | None:
    """Return what may be written at an offset of the text of an NCCO; None: anything, or nothing.

    The text need not be JSON yet.
    """
    cursor = cursor_at(text, offset)
    if cursor is None or len(cursor.levels) < 2 or cursor.levels[0].is_object:
        return None
    if cursor.at_name:
        words = _fitting(_names(cursor.levels), cursor.typed)
        colon = "" if cursor.named else ": "
        return _completion(cursor, words, tuple(f'"{word}"{colon}' for word in words))
    choices, bare = _values(cursor.levels)
    words = _fitting(choices, cursor.typed)
    return _completion(cursor, words, tuple(word if bare else f'"{word}"' for word in words))


def _completion(
    cursor: Cursor, words: tuple[str, ...], texts: tuple[str, ...]
) -> Completion | None:
    if not words or words == (cursor.typed,):
        return None
    return Completion(cursor.start, cursor.end, words, texts)


def _fitting(words: Collection[str], typed: str) -> tuple[str, ...]:
    """Return the words that begin as typed, then those that hold it."""
    wanted = typed.lower()
    found = [word for word in words if wanted in word.lower()]
    return tuple(sorted(found, key=lambda word: not word.lower().startswith(wanted)))


def _names(levels: tuple[Level, ...]) -> tuple[str, ...]:
    """Return the names that the reader asks for in the innermost object and that are not there."""
    document = watched(_document(levels, _modern({**levels[-1].members})))
    read_ncco(document, "", [])
    inner = _innermost(document, levels)
    if not isinstance(inner, Watched):
        return ()
    asked = inner.asked - levels[-1].members.keys() - REST_NAMES.keys()
    return tuple(sorted(asked, key=lambda name: (name not in _FIRST, name)))


def _values(levels: tuple[Level, ...]) -> tuple[tuple[str, ...], bool]:
    """Return the words that would do as the value, and whether they stand without quotes."""
    inner = levels[-1]
    # Inside an array the reader blames the member that holds it.
    place = next((level for level in reversed(levels) if level.is_object), None)
    name = None if place is None else place.name
    if place is None or name is None:
        return (), False
    value: Any = {**inner.members, str(inner.name): _UNKNOWN} if inner.is_object else [_UNKNOWN]
    defects: list[Defect] = []
    read_ncco(_document(levels, value), "", defects)
    for defect in defects:
        if defect.choices and defect.path.rpartition(".")[2] == name:
            return defect.choices, defect.kind == "type"
    if name == "language":
        return _languages(levels), False
    return (), False


def _languages(levels: tuple[Level, ...]) -> tuple[str, ...]:
    if any(level.name == "speech" for level in levels):
        return SPEECH_LANGUAGES
    return tuple(languages()) if levels[-1].members.get("action") == "talk" else ()


def _document(levels: tuple[Level, ...], value: Any) -> Any:
    """Return an NCCO of one action that holds `value` where the innermost level stands."""
    for level in reversed(levels[:-1]):
        outer = _modern({**level.members, str(level.name): value}) if level.is_object else [value]
        value = outer
    return value


def _modern(members: dict[str, object]) -> dict[str, object]:
    """Give an input its type: without it the reader asks for the old form's options too (6.7)."""
    if members.get("action") == "input":
        members.setdefault("type", ["dtmf"])
    return members


def _innermost(document: Any, levels: tuple[Level, ...]) -> Any:
    for level in levels[:-1]:
        if level.is_object:
            document = document.get(str(level.name)) if isinstance(document, Mapping) else None
        else:
            document = document[0] if isinstance(document, list) else None
    return document
