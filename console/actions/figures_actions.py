"""The view of the figures; `console.actions.registry` has its key."""

from typing import Final

FIGURES: Final = "figures"
"""The view. It has the keys of every view only."""
