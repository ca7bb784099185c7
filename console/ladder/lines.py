"""A ladder as JSON lines: a head with the lanes, then one object for each rung."""

import json
from collections.abc import Iterator
from typing import Any

from console.journal.export import iso
from console.ladder.rungs import Ladder, Rung


def json_lines(ladder: Ladder) -> Iterator[str]:
    """Yield the lines without their ends; ASCII only."""
    lanes = [{"id": lane.id, "title": lane.title, "note": lane.note} for lane in ladder.lanes]
    yield json.dumps({"lanes": lanes, "began": iso(ladder.began) if ladder.rungs else None})
    for rung in ladder.rungs:
        yield json.dumps(rung_object(rung))


def rung_object(rung: Rung) -> dict[str, Any]:
    """Return a rung as JSON values."""
    return {
        "seq": rung.seq,
        "at": iso(rung.at),
        "kind": rung.kind.value,
        "from": rung.source,
        "to": rung.target,
        "what": rung.what,
        "detail": rung.detail,
        "leg": rung.leg,
        "conversation": rung.conversation,
        "ms": rung.lasts_ms,
        "estimated": rung.estimated,
        "late": rung.late,
        "delivery": rung.delivery,
        "bad": rung.bad,
        "reply": rung.reply,
        "gap_ms": rung.gap_ms,
    }
