"""The drawn flow of a script, and which of its actions run at a moment."""

from typing import Any

import pytest

from console.ladder.flow import flow_of
from console.ladder.now import Running, running_now
from console.ladder.text import cells
from console.voice.ncco import parse_ncco
from tests.floor.build import T0
from tests.ladder.given import LEG, whole_call

HOOK = ["https://app.example.com/hook"]
SCRIPT: list[dict[str, Any]] = [
    {"action": "record", "eventUrl": HOOK},
    {"action": "talk", "text": "Welcome \x1b[31m 你好", "bargeIn": True},
    {"action": "input", "type": ["dtmf", "speech"], "eventUrl": HOOK},
    {"action": "stream", "streamUrl": ["https://a.example/b.mp3"], "loop": 0},
    {
        "action": "connect",
        "endpoint": [{"type": "phone", "number": "447700900001"}],
        "eventType": "synchronous",
        "machineDetection": "hangup",
    },
    {"action": "notify", "payload": {"step": 1}, "eventUrl": HOOK},
    {"action": "input", "type": ["dtmf"], "mode": "asynchronous"},
    {"action": "wait", "timeout": 2},
    {"action": "conversation", "name": "lobby", "record": True, "startOnEnter": False},
]


@pytest.mark.parametrize("width", [40, 74, 200])
def test_every_action_has_its_box_its_branches_and_what_comes_next(width: int) -> None:
    lines = flow_of(parse_ncco(SCRIPT), width)
    assert all(cells(line.text) <= width for line in lines)
    assert all(line.text.isprintable() for line in lines)
    heads = [line.text.split()[1] for line in lines if line.text.lstrip().startswith("┌")]
    assert heads == [action["action"] for action in SCRIPT]
    assert {line.action for line in lines if line.part == "what"} == set(range(len(SCRIPT)))
    branches = [line.action for line in lines if line.text.lstrip().startswith("├─▶")]
    assert branches == [0, 2, 4, 5, 6, 8]
    waits = {line.action: line.text for line in lines if line.text.strip()[:1] in "│┊"}
    assert {place for place, text in waits.items() if text.lstrip().startswith("┊")} <= {0, 1, 6}


def test_the_end_is_that_of_the_last_action() -> None:
    def end(*script: dict[str, Any]) -> str:
        return flow_of(parse_ncco(list(script)), 80)[-1].text

    assert "an empty script" in end()
    assert "hung up" in end(SCRIPT[1], SCRIPT[2])
    assert "leaves the conversation" in end(SCRIPT[-1])
    assert "connected party" in end(SCRIPT[4])
    assert "other conversation" in end({"action": "transfer", "conversationId": "CON-1"})
    assert all(line.text.isascii() for line in flow_of(parse_ncco(SCRIPT[2:]), 80, ascii_only=True))


def test_what_runs_is_said_of_one_moment() -> None:
    records = whole_call()
    first = parse_ncco(
        [{"action": "talk", "text": "x" * 20}, {"action": "input", "type": ["dtmf"]}]
    )
    second = parse_ncco([{"action": "wait", "timeout": 1}, {"action": "conversation", "name": "r"}])

    def at(ms: int, script: Any = first) -> Running | None:
        known = [each for each in records if each.at <= (T0 + ms) * 1_000_000]
        return running_now(known, LEG, script, (T0 + ms) * 1_000_000)

    assert at(500) is None
    assert at(1_100) == Running(LEG, ((0, True),))
    assert at(5_000) == Running(LEG, ((1, True),))
    # Another script was given in the reply to the key.
    assert at(6_500) is None
    assert at(6_500, second) == Running(LEG, ((0, True),))
    assert at(8_500, second) == Running(LEG, ((1, True),))
    assert at(9_500, second) is None
    assert running_now(records, "another", first, T0 * 1_000_000) is None
