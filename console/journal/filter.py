"""The filter one types at `/`, `--where` and `:`; one grammar for events, calls and screens.

A filter is a list of terms between blanks; a subject passes when every term does.

- `busy` is free text: it occurs somewhere in the subject, in any case.
- `key:value` looks at one field. Several values with commas: one of them is enough.
- `-term` turns a term round.
- `"two words"` and `key:"two words"` hold blanks, colons and commas.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from console.journal.record import Kind, Record, Verdict
from console.voice.statuses import Status


class How(StrEnum):
    """How a value is compared with its field; case never counts."""

    IS = "is"
    CONTAINS = "contains"
    PART = "part"
    """The whole, or whole parts between dots from the left: `webhook` is `webhook.event`."""


@dataclass(frozen=True, slots=True)
class Key:
    """A field that a filter may name."""

    how: How
    known: frozenset[str] | None = None
    """The only values there are, where that is known: another one is an error."""


def _parts(values: type[Kind]) -> frozenset[str]:
    wholes = {value.value for value in values}
    return frozenset(wholes | {whole.partition(".")[0] for whole in wholes})


RECORD_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "kind": Key(How.PART, _parts(Kind)),
        "status": Key(How.IS),
        "leg": Key(How.CONTAINS),
        "conversation": Key(How.CONTAINS),
        "verdict": Key(How.IS, frozenset(verdict.value for verdict in Verdict)),
        "exchange": Key(How.CONTAINS),
        "session": Key(How.CONTAINS),
    }
)
"""The fields of a journal's record."""

LEG_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "leg": Key(How.CONTAINS),
        "conversation": Key(How.CONTAINS),
        "status": Key(How.IS, frozenset(status.value for status in Status)),
        "direction": Key(How.IS, frozenset({"inbound", "outbound"})),
        "from": Key(How.CONTAINS),
        "to": Key(How.CONTAINS),
    }
)
"""The fields of a leg on the floor."""


class FilterError(ValueError):
    """A term that cannot be understood; the text names it and says what could stand there."""

    def __init__(self, term: str, reason: str) -> None:
        super().__init__(f"{term!r}: {reason}")
        self.term = term
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Term:
    """One term: free text, or one field and the values it may have."""

    key: str | None
    values: tuple[str, ...]
    """In lower case; of free text exactly one."""
    how: How = How.CONTAINS
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was understood; without terms everything passes."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, fields: Mapping[str, str | None], text: str = "") -> bool:
        """Return whether a subject passes.

        Args:
            fields: Its values by key; what is missing is the empty text.
            text: What free text is looked for in, besides the fields.
        """
        return all(_passes(term, fields, text) != term.negated for term in self.terms)

    def matches_record(self, record: Record) -> bool:
        """Return whether a record of the journal passes."""
        if not self.terms:
            return True
        fields = {
            "kind": record.kind.value,
            "status": record.status,
            "leg": record.leg,
            "conversation": record.conversation,
            "verdict": record.verdict.value,
            "exchange": record.exchange,
            "session": record.session,
        }
        text = ""
        if any(term.key is None for term in self.terms):
            said = (str(value) for value in record.meta.values() if not isinstance(value, bool))
            text = "\n".join((record.raw.decode("utf-8", "replace"), *said))
        return self.matches(fields, text)


def parse_filter(text: str, keys: Mapping[str, Key] = RECORD_KEYS) -> Filter:
    """Return the filter of `text`.

    Args:
        text: What was typed.
        keys: The fields its subjects have.

    Raises:
        FilterError: A term names no such field or no such value, or a quote is not closed.
    """
    return Filter(tuple(_term(source, pieces, keys) for source, pieces in _split(text)))


_Piece = tuple[str, bool]
"""A character and whether it stood in quotes."""


def _split(text: str) -> list[tuple[str, list[_Piece]]]:
    terms: list[tuple[str, list[_Piece]]] = []
    source: list[str] = []
    pieces: list[_Piece] = []
    quoted = False
    for character in text:
        if character.isspace() and not quoted:
            if source:
                terms.append(("".join(source), pieces))
            source, pieces = [], []
            continue
        source.append(character)
        if character == '"':
            quoted = not quoted
        else:
            pieces.append((character, quoted))
    if quoted:
        raise FilterError("".join(source), "the quote is not closed")
    if source:
        terms.append(("".join(source), pieces))
    return terms


def _term(source: str, pieces: list[_Piece], keys: Mapping[str, Key]) -> Term:
    negated = len(source) > 1 and pieces[:1] == [("-", False)]
    if negated:
        pieces = pieces[1:]
    if (":", False) not in pieces:
        return Term(None, (_plain(pieces),), negated=negated)
    at = pieces.index((":", False))
    name = _plain(pieces[:at])
    key = keys.get(name)
    if key is None:
        raise FilterError(
            source,
            f"there is no field {name!r}; fields are {', '.join(keys)}"
            ' (put "quotes" round text with a colon)',
        )
    values = tuple(value for value in _between_commas(pieces[at + 1 :]) if value)
    if not values:
        raise FilterError(source, f"a value is missing after {name!r}")
    for value in values:
        if key.known is not None and value not in key.known:
            raise FilterError(
                source, f"{name} is never {value!r}; it is one of {', '.join(sorted(key.known))}"
            )
    return Term(name, values, key.how, negated)


def _plain(pieces: list[_Piece]) -> str:
    return "".join(character for character, _ in pieces).lower()


def _between_commas(pieces: list[_Piece]) -> list[str]:
    values = [""]
    for character, quoted in pieces:
        if character == "," and not quoted:
            values.append("")
        else:
            values[-1] += character.lower()
    return values


def _passes(term: Term, fields: Mapping[str, str | None], text: str) -> bool:
    if term.key is None:
        sought = term.values[0]
        return sought in text.lower() or any(
            sought in value.lower() for value in fields.values() if value
        )
    found = (fields.get(term.key) or "").lower()
    match term.how:
        case How.IS:
            return found in term.values
        case How.CONTAINS:
            return any(value in found for value in term.values)
        case How.PART:
            return any(found == value or found.startswith(value + ".") for value in term.values)
