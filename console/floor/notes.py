"""Actions that send nothing: that they are written down is all that was wanted."""

from typing import Final

NOTE: Final = "note"
"""Writes a text on a call, or on one record of it."""
BOOKMARK: Final = "bookmark"
"""Marks something to come back to."""
NOTES: Final = frozenset({NOTE, BOOKMARK})
