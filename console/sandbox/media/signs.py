"""Tones and beeps as clips, each made once."""

from functools import lru_cache

from console.audio.beep import beep
from console.audio.dtmf import tones
from console.sandbox.media.clips import Clip


@lru_cache(512)
def tones_clip(digits: str, tone_ms: int, gap_ms: int) -> Clip:
    """Return the sound of digits that are sent or pressed (9.1).

    Raises:
        NoDtmfError: One of them is no key and no `p`.
    """
    return Clip(tones(digits, tone_ms, gap_ms))


@lru_cache(32)
def beep_clip(ms: int) -> Clip:
    """Return a beep."""
    return Clip(beep(ms))
