"""A line of the event log as a filter reads it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from console.floor.fold import Floor
from console.floor.log import IN, OUT, LogLine
from console.floor.notes import are_noted, notes_among
from console.journal.filter_fields import RECORD_KEYS, How, Key
from console.journal.record import Kind

_YES_NO: Final = frozenset({"yes", "no"})
_WAYS: Final = MappingProxyType({IN: "in", OUT: "out"})

LINE_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "kind": RECORD_KEYS["kind"],
        "what": Key(How.CONTAINS, "its words: a status, a request, an action"),
        "who": Key(How.CONTAINS, "the other end of the call"),
        "way": Key(How.IS, "to us, from us, or done here", frozenset({"in", "out", "here"})),
        "leg": RECORD_KEYS["leg"],
        "conversation": RECORD_KEYS["conversation"],
        "verdict": RECORD_KEYS["verdict"],
        "elapsed": RECORD_KEYS["elapsed"],
        "delivery": Key(How.NUMBER, "2 and more: the same bytes came before"),
        "late": Key(How.IS, "older than an event before it", _YES_NO),
        "bad": Key(How.IS, "refused, failed or an error", _YES_NO),
        "note": RECORD_KEYS["note"],
        "noted": RECORD_KEYS["noted"],
    }
)
"""The fields of a line of the event log."""


def line_fields(line: LogLine, floor: Floor) -> Mapping[str, str | float | None]:
    """Return the values of a line by key; `floor` knows what the note says that it is."""
    asked = floor.attempt(line.exchange) if line.kind is Kind.ACTION_ASKED else None
    attempts = () if asked is None else (asked,)
    return {
        "kind": line.kind.value,
        "what": line.what,
        "who": line.who,
        "way": _WAYS.get(line.arrow, "here"),
        "leg": line.leg,
        "conversation": line.conversation,
        "verdict": line.verdict.value,
        "elapsed": line.elapsed_ms,
        "delivery": float(line.delivery),
        "late": "yes" if line.late else "no",
        "bad": "yes" if line.bad else "no",
        "note": notes_among(attempts),
        "noted": "yes" if are_noted(attempts) else "no",
    }
