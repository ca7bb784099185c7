"""Webhooks sent again and the switch of handing on: asked, accepted, proven, in any order."""

from itertools import permutations
from typing import Any

from console.floor.fold import Floor
from console.floor.views import Attempt, Stage
from console.journal.record import Kind, Record


def record(seq: int, kind: Kind, exchange: str, **meta: Any) -> Record:
    return Record(
        seq=seq, session="s", kind=kind, at=seq * 1_000_000, mono=seq, exchange=exchange, meta=meta
    )


def attempt(*records: Record) -> Attempt:
    seen = set()
    found: Attempt | None = None
    for order in permutations(records):
        floor = Floor()
        for each in (*order, *order):
            floor.apply(each)
        found = floor.attempt("a1")
        assert found is not None
        seen.add((found.stage, found.reason, found.proven_ms, found.sent_ms))
    assert len(seen) == 1
    assert found is not None
    return found


ASKED = record(1, Kind.ACTION_ASKED, "a1", action="webhook.replay", args={"to": "http://x/"})
TO = {"url": "http://x/", "method": "POST", "replays": 7, "cause": "a1"}
SENT = record(2, Kind.FORWARD_REQUEST, "again-a1", **TO)


def test_one_sent_again_is_proven_by_its_answer() -> None:
    found = attempt(ASKED, SENT)
    assert (found.stage, found.sent_ms) == (Stage.ASKED, 2)
    answered = record(3, Kind.FORWARD_RESPONSE, "again-a1", status=200, **TO)
    found = attempt(ASKED, SENT, answered)
    assert (found.stage, found.proven_ms) == (Stage.PROVEN, 3)


def test_one_that_was_not_taken_fails() -> None:
    refused = record(3, Kind.FORWARD_RESPONSE, "again-a1", status=500, **TO)
    failed = record(4, Kind.ACTION_FAILED, "a1", reason="it was answered 500")
    assert attempt(ASKED, SENT, refused, failed).stage is Stage.FAILED
    lost = record(3, Kind.FORWARD_FAILED, "again-a1", error="no connection", sent=True, **TO)
    found = attempt(ASKED, SENT, lost)
    assert (found.stage, found.reason) == (Stage.ASKED, "no connection")


def test_the_switch_is_proven_by_what_the_app_answers_then() -> None:
    asked = record(1, Kind.ACTION_ASKED, "a1", action="webhook.forward", args={"state": "on"})
    on = record(2, Kind.FORWARD_SWITCHED, "switch-a1", on=True, url="http://x/", cause="a1")
    found = attempt(asked, on)
    assert found.stage is Stage.ACCEPTED
    assert "the first answer that the app gives" in found.reason
    handed = {"url": "http://x/", "switch": "a1"}
    answers = [record(n, Kind.FORWARD_RESPONSE, f"w{n}", status=200, **handed) for n in (4, 5)]
    missed = record(3, Kind.FORWARD_RESPONSE, "w3", status=500, **handed)
    found = attempt(asked, on, missed, *answers)
    assert (found.stage, found.proven_ms) == (Stage.PROVEN, 4)
    off = record(2, Kind.FORWARD_SWITCHED, "switch-a1", on=False, url="", cause="a1")
    assert attempt(asked, off).stage is Stage.PROVEN
