"""What a form says of a field while it is filled in."""

from collections.abc import Callable
from typing import Final

from console.actions.form import Args, Field
from console.voice.speech import plain_text

Hint = Callable[[Args], str]
"""Says what is said of a field, as the form is filled in."""

_KIND_HINTS: Final = {
    "say": "the text that is spoken when it answers",
    "conversation": "name, or id of a live one; ↓ chooses from the list",
    "number": "E.164 digits; ↓ chooses whom we know",
    "ncco": "JSON, or the path of a file; ↓ chooses from the list",
    "url": "where the platform asks for an NCCO",
    "block": "a building block, and what it takes; ↓ chooses from the list",
}


def words_of(field: Field, args: Args, *, says: Hint | None, limit: int | None) -> str:
    """Return the hint of a field, with the characters of a text that has a limit of them."""
    words = field.hint
    if field.name in ("kind", "value") and "kind" in args:
        words = _KIND_HINTS.get(args["kind"], words)
    if says is not None:
        words = says(args)
    if limit is not None:
        words = f"{len(plain_text(args[field.name])):,} of {limit:,} characters. {words}"
    return words
