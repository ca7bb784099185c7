"""Text that is spoken: how many characters count, and how long it takes. Pure arithmetic."""

import re
from typing import Final

_TAG: Final = re.compile(r"<[^<>]*>")
_BREAK: Final = re.compile(r"<break\b([^<>]*)>")
_TIME: Final = re.compile(r"\btime=[\"']\s*([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s)\s*[\"']")
_STRENGTH: Final = re.compile(r"\bstrength=[\"']([a-z-]{1,10})[\"']")
_ENTITIES: Final = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_STRENGTH_MS: Final = {
    "none": 0,
    "x-weak": 100,
    "weak": 200,
    "medium": 400,
    "strong": 700,
    "x-strong": 1_200,
}

MS_PER_CHARACTER: Final = 65
"""About 150 English words a minute."""
COMMA_MS: Final = 200
SENTENCE_MS: Final = 400
SHORTEST_MS: Final = 300


def plain_text(text: str) -> str:
    """Return `text` without its SSML tags, entities resolved, as it is spoken and counted (9.6).

    Text that is not wrapped in `<speak>` is plain already.
    """
    if not is_ssml(text):
        return text
    bare = _TAG.sub("", text)
    for entity, character in _ENTITIES.items():
        bare = bare.replace(entity, character)
    return bare


def is_ssml(text: str) -> bool:
    """Tell whether the whole text is wrapped in `<speak>`."""
    stripped = text.strip()
    return stripped.startswith("<speak") and stripped.endswith("</speak>")


def speaking_ms(text: str) -> int:
    """Return how long it takes to speak `text` once, in milliseconds.

    A model of a voice, the same wherever a talk is timed: so much for each character, a pause
    at each comma and sentence end, the time of each SSML break.
    """
    spoken = plain_text(text).strip()
    ms = MS_PER_CHARACTER * len(spoken)
    ms += COMMA_MS * sum(spoken.count(mark) for mark in ",;:")
    ms += SENTENCE_MS * sum(spoken[:-1].count(mark) for mark in ".!?")
    if is_ssml(text):
        ms += sum(map(_break_ms, _BREAK.findall(text)))
    return max(ms, SHORTEST_MS)


def playing_ms(once_ms: int, loop: int) -> int | None:
    """Return how long `loop` plays of `once_ms` take; None for loop 0, which never ends."""
    return once_ms * loop if loop > 0 else None


def _break_ms(attributes: str) -> int:
    time = _TIME.search(attributes)
    if time is not None:
        return int(float(time[1]) * (1_000 if time[2] == "s" else 1))
    strength = _STRENGTH.search(attributes)
    return _STRENGTH_MS.get(strength[1] if strength else "medium", _STRENGTH_MS["medium"])
