"""What an action on a sandbox's settings, and a fetch, came to; in whatever order it is told."""

import itertools
from typing import Any

import pytest

from console.floor.fold import fold
from console.floor.views import Attempt, Stage
from console.journal.record import Record
from tests.floor.build import Scribe
from tests.floor.test_account import with_status

BASE = "http://127.0.0.1:8820/sandbox"
FILE = "https://api-us.nexmo.com/v1/files/bbbbbbbb-aaaa-cccc-dddd-0123456789ab"
BUSY = {"behaviour": "busy", "after": 1}
CALM = {"numbers": [], "behaviours": {}, "faults": {}, "clock": {"mode": "real"}, "live": {}}
NUMBER = f"{BASE}/numbers/447700900155"


def setting(method: str, url: str, body: Any, shown: Any, *, status: int = 200) -> list[Record]:
    scribe = Scribe()
    scribe.asked("a", "sandbox.behave", 0)
    scribe.request("p", method, url, 1, body=body, cause="a")
    scribe.response("p", method, url, 20, status=status, body={}, cause="a")
    scribe.request("r", "GET", BASE, 21, cause="a")
    answer = scribe.response("r", "GET", BASE, 40, body=shown, cause="a", elapsed_ms=19)
    scribe.records[-1] = with_status(answer, "readback")
    return scribe.records


def only(records: list[Record]) -> Attempt:
    (attempt,) = fold(records).attempts()
    return attempt


@pytest.mark.parametrize(
    ("method", "url", "body", "shown"),
    [
        ("PUT", NUMBER, BUSY, {"behaviours": {"447700900155": {**BUSY, "after": 1.0}}}),
        ("DELETE", NUMBER, None, {"behaviours": {"447700900100": BUSY}}),
        ("POST", f"{BASE}/faults", {"drop": 1, "api": []}, {"faults": {"drop": 1.0, "api": [1]}}),
        ("POST", f"{BASE}/clock", {"advance": 3}, {"clock": {"mode": "virtual"}}),
        ("POST", f"{BASE}/reset", None, {"live": {"legs": 0}}),
    ],
    ids=["behaviour", "default", "faults", "clock", "reset"],
)
def test_a_read_back_that_shows_it_proves_it_and_another_does_not(
    method: str, url: str, body: Any, shown: dict[str, Any]
) -> None:
    records = setting(method, url, body, {**CALM, **shown})
    attempts = {repr(only(list(order))) for order in itertools.permutations(records)}
    assert len(attempts) == 1
    assert only(records).stage is Stage.PROVEN
    wrong = {**CALM, "behaviours": {"447700900155": {**BUSY, "after": 2}}, "live": {"legs": 1}}
    assert only(setting(method, url, body, wrong)).stage is Stage.ACCEPTED
    assert only(setting(method, url, body, shown, status=422)).stage is Stage.FAILED


def fetching(action: str, *, status: int = 200) -> list[Record]:
    scribe = Scribe()
    scribe.asked("a", action, 0)
    scribe.request("f", "GET", FILE, 1, cause="a")
    scribe.response("f", "GET", FILE, 20, status=status, cause="a")
    return scribe.records


def test_a_file_that_is_whole_proves_a_fetch() -> None:
    orders = itertools.permutations(fetching("recording.fetch"))
    assert {only(list(order)).stage for order in orders} == {Stage.PROVEN}
    assert only(fetching("recording.fetch", status=404)).stage is not Stage.PROVEN


def test_what_a_building_block_fetches_by_the_way_does_not_prove_its_call() -> None:
    assert only(fetching("call.create")).stage is Stage.ASKED
