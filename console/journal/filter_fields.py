"""The fields that a filter may name, by what is filtered: records of a journal, legs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from console.journal.record import Kind, Verdict
from console.voice.statuses import Status


class How(StrEnum):
    """How a value is compared with its field; case never counts."""

    IS = "is"
    CONTAINS = "contains"
    PART = "part"
    """The whole, or whole parts between dots from the left: `webhook` is `webhook.event`."""
    NUMBER = "number"
    """By size: `size>1000`."""
    SPAN = "span"
    """A length of time in seconds, by size; written with a unit: `age<2m`."""

    @property
    def by_size(self) -> bool:
        """Whether `<` and `>` can be used."""
        return self in (How.NUMBER, How.SPAN)


@dataclass(frozen=True, slots=True)
class Key:
    """A field that a filter may name."""

    how: How
    help: str
    """What it holds, in a few words."""
    known: frozenset[str] | None = None
    """The only values there are, where that is known: another one is an error."""


def _parts(values: type[Kind]) -> frozenset[str]:
    wholes = {value.value for value in values}
    return frozenset(wholes | {whole.partition(".")[0] for whole in wholes})


_YES_NO: Final = frozenset({"yes", "no"})
_STATUSES: Final = frozenset(status.value for status in Status)

RECORD_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "kind": Key(How.PART, "what the record is about", _parts(Kind)),
        "status": Key(How.IS, "the event's status, or its shape"),
        "leg": Key(How.CONTAINS, "uuid of the leg"),
        "conversation": Key(How.CONTAINS, "uuid of the conversation"),
        "verdict": Key(
            How.IS, "how far it is to be believed", frozenset(verdict.value for verdict in Verdict)
        ),
        "exchange": Key(How.CONTAINS, "id that ties a request to its answer"),
        "session": Key(How.CONTAINS, "name of the session"),
        "from": Key(How.CONTAINS, "caller, as the webhook tells it"),
        "to": Key(How.CONTAINS, "callee, as the webhook tells it"),
        "method": Key(How.IS, "GET, POST, PUT or DELETE"),
        "path": Key(How.CONTAINS, "path of the request"),
        "answer": Key(How.NUMBER, "HTTP status of the answer"),
        "elapsed": Key(How.NUMBER, "milliseconds until the answer"),
        "size": Key(How.NUMBER, "bytes of the body"),
        "note": Key(How.CONTAINS, "text of the note that it is"),
        "noted": Key(How.IS, "whether it is a note or a bookmark", _YES_NO),
        "age": Key(How.SPAN, "time since then"),
    }
)
"""The fields of a journal's record."""

LEG_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "status": Key(How.IS, "status of the leg", _STATUSES),
        "from": Key(How.CONTAINS, "caller"),
        "to": Key(How.CONTAINS, "callee"),
        "direction": Key(How.IS, "who called", frozenset({"inbound", "outbound"})),
        "name": Key(How.CONTAINS, "name of the conversation"),
        "leg": Key(How.CONTAINS, "uuid of the leg"),
        "conversation": Key(How.CONTAINS, "uuid of the conversation"),
        "endpoint": Key(
            How.IS, "kind of endpoint", frozenset({"phone", "sip", "websocket", "app", "vbc"})
        ),
        "detail": Key(How.CONTAINS, "why it was not connected"),
        "network": Key(How.CONTAINS, "carrier"),
        "live": Key(How.IS, "whether it is not over", _YES_NO),
        "waiting": Key(How.IS, "not answered, or its room has not begun", _YES_NO),
        "muted": Key(How.IS, "whether nobody hears it", _YES_NO),
        "earmuffed": Key(How.IS, "whether it hears nobody", _YES_NO),
        "recorded": Key(How.IS, "whether there is a recording", _YES_NO),
        "note": Key(How.CONTAINS, "text of a note on it"),
        "noted": Key(How.IS, "whether a note or a bookmark is on it", _YES_NO),
        "dur": Key(How.SPAN, "time since it was answered, or between answer and end"),
        "age": Key(How.SPAN, "time since it was first seen"),
        "price": Key(How.NUMBER, "price as told when it was over"),
        "events": Key(How.NUMBER, "different webhooks about it"),
    }
)
"""The fields of a leg on the floor."""

CONVERSATION_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "name": Key(How.CONTAINS, "name of the conversation"),
        "conversation": Key(How.CONTAINS, "uuid of the conversation"),
        "legs": Key(How.NUMBER, "legs that are in it, or were when they ended"),
        "live-legs": Key(How.NUMBER, "legs of it that are not over"),
        "waiting": Key(How.NUMBER, "legs of it that wait"),
        "live": Key(How.IS, "whether somebody is in it", _YES_NO),
        "recorded": Key(How.IS, "whether there is a recording", _YES_NO),
        "errors": Key(How.NUMBER, "error events about it"),
        "error": Key(How.CONTAINS, "what the last of them says"),
        "age": Key(How.SPAN, "time since it began"),
    }
)
"""The fields of a conversation on the floor."""
