"""The rungs of a ladder as a filter reads them, on the screen and in a shell."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from console.journal.filter import Filter
from console.journal.filter_fields import How, Key
from console.ladder.reading import Call
from console.ladder.rungs import Rung, RungKind

_YES_NO: Final = frozenset({"yes", "no"})

RUNG_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "kind": Key(How.IS, "what a line is about", frozenset(kind.value for kind in RungKind)),
        "what": Key(How.CONTAINS, "its first words"),
        "leg": Key(How.CONTAINS, "uuid of the leg"),
        "conversation": Key(How.CONTAINS, "uuid of the conversation"),
        "late": Key(How.IS, "older than one before it", _YES_NO),
        "bad": Key(How.IS, "refused, failed or an error", _YES_NO),
        "delivery": Key(How.NUMBER, "2 and more: the same bytes once more"),
        "dur": Key(How.SPAN, "how long it lasted"),
    }
)
"""The fields of a rung."""


def rung_fields(rung: Rung) -> Mapping[str, str | float | None]:
    """Return the values of a rung by key."""
    lasts = rung.lasts_ms
    return {
        "kind": rung.kind.value,
        "what": rung.what,
        "leg": rung.leg,
        "conversation": rung.conversation,
        "late": "yes" if rung.late else "no",
        "bad": "yes" if rung.bad else "no",
        "delivery": float(rung.delivery),
        "dur": None if lasts is None else lasts / 1_000,
    }


def rung_passes(wanted: Filter, rung: Rung) -> bool:
    """Return whether a rung passes; free text is looked for in all its words."""
    return wanted.matches(rung_fields(rung), f"{rung.what} {rung.detail} {rung.reply}")


def filtered(call: Call, wanted: Filter) -> Call:
    """Return a call with the rungs that pass, and the records of their exchanges."""
    if not wanted:
        return call
    rungs = tuple(rung for rung in call.ladder.rungs if rung_passes(wanted, rung))
    seqs = {rung.seq for rung in rungs}
    exchanges = {each.exchange for each in call.records if each.seq in seqs and each.exchange}
    records = tuple(each for each in call.records if each.seq in seqs or each.exchange in exchanges)
    return Call(replace(call.ladder, rungs=rungs), records)
