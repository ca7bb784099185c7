"""Actions that send nothing: that they are written down is all that was wanted."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from console.journal.record import Record

NOTE: Final = "note"
"""Writes a text on a call, or on one record of it."""
BOOKMARK: Final = "bookmark"
"""Marks something to come back to."""
NOTES: Final = frozenset({NOTE, BOOKMARK})


def is_note(record: "Record") -> bool:
    """Tell whether a record is a note or a bookmark."""
    from console.journal.record import Kind  # a list of the commands needs the names alone

    return record.kind is Kind.ACTION_ASKED and record.meta.get("action") in NOTES


def text_of_note(action: str, args: Mapping[str, Any]) -> str | None:
    """Return what a note says; None: it is none, or a bookmark."""
    text = args.get("text")
    return text if action == NOTE and isinstance(text, str) else None
