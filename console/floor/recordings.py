"""The view of one recording, as a function of the events that tell of it."""

from console.floor.facts import Recorded
from console.floor.gathered import RecordingFacts
from console.floor.views import Leg, Recording

_MARGIN_MS = 1_000
"""Recording times are whole seconds (5.3.11)."""


def recording_of(facts: RecordingFacts) -> Recording:
    """Return the view of a recording; an event with a file counts before one without (3.13)."""
    made = max(facts.made, key=_best, default=None)
    text = max(facts.texts, key=lambda fact: (fact.at_ms or 0, fact.url), default=None)
    return Recording(
        uuid=facts.uuid,
        conversation=min(facts.conversations(), default=None),
        url=made.url if made is not None else "",
        size=made.size if made is not None else None,
        start_ms=made.start_ms if made is not None else None,
        end_ms=made.end_ms if made is not None else None,
        at_ms=made.at_ms if made is not None else None,
        transcription_url=text.url if text is not None else None,
    )


def _best(fact: Recorded) -> tuple[bool, int, str, int, int, int]:
    return (
        bool(fact.url),
        fact.at_ms or 0,
        fact.url,
        fact.size or 0,
        fact.start_ms or 0,
        fact.end_ms or 0,
    )


def recording_order(recording: Recording) -> tuple[int, str]:
    """Order of recordings: by their begin, or by when they were reported."""
    return recording.start_ms or recording.at_ms or 0, recording.uuid


def overlaps(recording: Recording, leg: Leg, conversation: str) -> bool:
    """Tell whether a recording of `conversation` can hold a leg that was in it."""
    began, ended = recording.start_ms, recording.end_ms or recording.at_ms
    if began is None or ended is None:
        return leg.conversation == conversation
    if leg.since_ms is not None and ended < leg.since_ms - _MARGIN_MS:
        return False
    return leg.ended_ms is None or began <= leg.ended_ms + _MARGIN_MS
