"""Timers and machine detection of the new-call form (3.1, 4.5)."""

from typing import Any

import pytest

from console.actions.form import Wrong
from console.actions.outcome import Stage
from console.actions.requests import ArgsError, Surroundings, new_call
from tests.actions.conftest import Floor

CALL = {"to": "447700900100", "value": "Hello"}


@pytest.mark.conforms("3.1", "the console sets length_timer, ringing_timer and machine detection")
@pytest.mark.conforms("4.5", "the console asks for basic and for advanced machine detection")
@pytest.mark.parametrize(
    ("typed", "wire"),
    [
        ({}, {}),
        ({"length": "", "ringing": ""}, {}),
        ({"length": "1", "ringing": "120"}, {"length_timer": 1, "ringing_timer": 120}),
        ({"length": "86400"}, {"length_timer": 86_400}),
        ({"machine": "hangup"}, {"machine_detection": "hangup"}),
        (
            {"machine": "continue", "detection": "detect"},
            {"advanced_machine_detection": {"behavior": "continue", "mode": "detect"}},
        ),
        (
            {"machine": "hangup", "detection": "detect_beep", "beep": "45"},
            {
                "advanced_machine_detection": {
                    "behavior": "hangup",
                    "mode": "detect_beep",
                    "beep_timeout": 45,
                }
            },
        ),
    ],
)
def test_what_is_typed_is_sent(typed: dict[str, str], wire: dict[str, Any]) -> None:
    names = ("length_timer", "ringing_timer", "machine_detection", "advanced_machine_detection")
    sent = new_call(CALL | typed, Surroundings()).to_wire()
    assert {name: sent[name] for name in names if name in sent} == wire


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"length": "0"}, "End after is a number of seconds from 1 to 86400"),
        ({"length": "86401"}, "End after is a number of seconds from 1 to 86400"),
        ({"ringing": "121"}, "Ring for is a number of seconds from 1 to 120"),
        ({"machine": "wait"}, "On a machine is one of off, continue, hangup"),
        ({"detection": "detect"}, "machine detection is off"),
        ({"beep": "45"}, "machine detection is off"),
        ({"machine": "hangup", "beep": "45"}, "basic detection hears no beep"),
        ({"machine": "hangup", "detection": "detect", "beep": "45"}, "detect tells of no beep"),
        (
            {"machine": "hangup", "detection": "default", "beep": "29"},
            "Beep within is a number of seconds from 30 to 120",
        ),
    ],
)
def test_what_cannot_be_sent_is_said(typed: dict[str, str], reason: str) -> None:
    with pytest.raises(ArgsError, match=reason):
        new_call(CALL | typed, Surroundings())


async def test_a_call_with_detection_is_placed(floor: Floor) -> None:
    typed = {"machine": "continue", "detection": "default", "beep": "30", "length": "60"}
    outcome = await floor.desk.performer.perform("call.create", None, CALL | typed)
    assert outcome.stage is Stage.PROVEN
    body = floor.sandbox.asked()[0][2]
    assert body["length_timer"] == 60
    assert body["advanced_machine_detection"] == {
        "behavior": "continue",
        "mode": "default",
        "beep_timeout": 30,
    }


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"to": "0770"}, "to"),
        ({"to": ""}, "to"),
        ({"from": "12"}, "from"),
        ({"kind": "url", "value": "nowhere"}, "value"),
        ({"ringing": "121"}, "ringing"),
        ({"length": "0"}, "length"),
        ({"detection": "detect"}, "machine"),
        ({"machine": "hangup", "beep": "30"}, "detection"),
        ({"machine": "hangup", "detection": "default", "beep": "10"}, "beep"),
        ({"keys": "12x"}, "keys"),
        ({"to": "app:alice", "keys": "12"}, "keys"),
        ({"rate": "8000"}, "rate"),
    ],
)
def test_a_reason_names_the_field_at_fault(typed: dict[str, str], field: str) -> None:
    with pytest.raises(ArgsError) as caught:
        new_call(CALL | typed, Surroundings())
    (reason,) = caught.value.reasons
    assert isinstance(reason, Wrong)
    assert reason.field == field


def test_keys_a_rate_and_any_number_are_sent_as_they_are_wished() -> None:
    ours = Surroundings(numbers=("447700900001",))
    wire = new_call(CALL | {"keys": "1p2 3#", "from": "random"}, ours).to_wire()
    assert wire["to"][0]["dtmfAnswer"] == "1p23#"
    assert wire["random_from_number"] is True
    assert "from" not in wire
    wire = new_call(CALL | {"to": "wss://bot.example/ws", "rate": "8000"}, ours).to_wire()
    assert wire["to"][0]["content-type"] == "audio/l16;rate=8000"
    assert wire["from"] == {"type": "phone", "number": "447700900001"}
