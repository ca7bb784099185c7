"""Levels as blocks: how loud, by height alone, so that it is read without colour too."""

from collections.abc import Sequence
from typing import Final

BLOCKS: Final = "▁▂▃▄▅▆▇█"
QUIET_DB: Final = -60.0
LOUD_DB: Final = -6.0
"""What has no height, and what has all of it; dB of full scale."""


def block(level: float) -> str:
    """Return the block of a level in dB of full scale."""
    return BLOCKS[height(level, len(BLOCKS) - 1)]


def meter(levels: Sequence[float], width: int) -> str:
    """Return the newest levels as exactly `width` cells, the newest at the right; safe text."""
    shown = levels[-width:] if width > 0 else ()
    return "".join(map(block, shown)).rjust(max(width, 0))


def height(level: float, steps: int) -> int:
    """Return a level as a step from 0 (silence) to `steps`."""
    share = (level - QUIET_DB) / (LOUD_DB - QUIET_DB)
    return max(0, min(round(share * steps), steps))
