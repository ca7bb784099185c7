"""Text that is spoken: how many characters count, and how long it takes. Pure arithmetic."""

import re
from typing import Final

_TAG: Final = r"<[^<>]*>"
_BREAK: Final = r"<break\b([^<>]*)>"
_TIME_SAID: Final = r"\btime=[\"']([0-9a-z.\s]{1,16})[\"']"
_STRENGTH_SAID: Final = r"\bstrength=[\"']([a-z-]{1,10})[\"']"
_TIME: Final = r"\s*([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s)\s*"
_SYLLABIC: Final = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
# Patterns are compiled when one is first looked for: who folds a journal mostly needs none.
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
MS_PER_SYLLABIC: Final = 260
"""A character of Chinese, Japanese or Korean is a syllable or more."""
COMMA_MS: Final = 200
SENTENCE_MS: Final = 400
SHORTEST_MS: Final = 300


def plain_text(text: str) -> str:
    """Return `text` without its SSML tags, entities resolved, as it is spoken and counted (9.6).

    Text that is not wrapped in `<speak>` is plain already.
    """
    if not is_ssml(text):
        return text
    bare = re.sub(_TAG, "", text)
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
    syllabic = 0 if spoken.isascii() else len(re.findall(_SYLLABIC, spoken))
    ms = MS_PER_CHARACTER * (len(spoken) - syllabic) + MS_PER_SYLLABIC * syllabic
    ms += COMMA_MS * sum(spoken.count(mark) for mark in ",;:")
    ms += SENTENCE_MS * sum(spoken[:-1].count(mark) for mark in ".!?")
    if is_ssml(text):
        ms += sum(map(_break_ms, re.findall(_BREAK, text)))
    return max(ms, SHORTEST_MS)


def playing_ms(once_ms: int, loop: int) -> int | None:
    """Return how long `loop` plays of `once_ms` take; None for loop 0, which never ends."""
    return once_ms * loop if loop > 0 else None


def break_ms(time: str | None, strength: str | None = None) -> int:
    """Return how long an SSML `break` lasts, in milliseconds (9.6); `medium` where neither counts.

    Args:
        time: As `2s` or `300ms`; it goes before `strength`.
        strength: One of none, x-weak, weak, medium, strong, x-strong.
    """
    found = None if time is None else re.fullmatch(_TIME, time)
    if found is not None:
        return int(float(found[1]) * (1_000 if found[2] == "s" else 1))
    return _STRENGTH_MS.get(strength or "medium", _STRENGTH_MS["medium"])


def _break_ms(attributes: str) -> int:
    time, strength = re.search(_TIME_SAID, attributes), re.search(_STRENGTH_SAID, attributes)
    return break_ms(time and time[1], strength and strength[1])
