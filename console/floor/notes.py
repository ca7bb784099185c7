"""Notes and bookmarks on the floor: which actions they are, and what those on a leg say."""

from collections.abc import Iterable

from console.floor.views import Attempt
from console.journal.notes import BOOKMARK, NOTE, NOTES, text_of_note

__all__ = ["BOOKMARK", "NOTE", "NOTES", "are_noted", "notes_among"]


def notes_among(attempts: Iterable[Attempt]) -> str | None:
    """Return the texts of the notes among some actions, a line each; None: there is none."""
    texts = (text_of_note(each.action, each.args) for each in attempts)
    return "\n".join(text for text in texts if text) or None


def are_noted(attempts: Iterable[Attempt]) -> bool:
    """Tell whether a note or a bookmark is among some actions."""
    return any(each.action in NOTES for each in attempts)
