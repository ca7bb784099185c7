"""What `?` says of states that are no statuses: each is explained, and nothing foreign gets in."""

from dataclasses import replace

import pytest
from msgspec import structs

from console.actions.account import Account, AccountState
from console.floor.recorded import DAY_MS, Fetched, Tape
from console.floor.views import Attempt, Recording, Stage
from console.listening.aim import State
from console.sandbox.engine.behaviours import Behaviour, BehaviourKind, outcome
from console.tui.attempt_lines import attempt_lines
from console.tui.behaviour_lines import behaviour_lines
from console.tui.state_lines import application_lines, number_lines, session_lines, tape_lines
from console.voice.applications import parse_application
from console.voice.own_numbers import parse_number_page
from console.voice.statuses import Status
from tests.tui.test_applications import APPLICATIONS, NUMBERS, OURS


@pytest.mark.parametrize("state", State)
def test_every_state_of_a_listening_is_explained(state: State) -> None:
    lines = dict(session_lines(state))
    assert lines[state.value].endswith(".")
    assert lines.keys() >= {"sent by", "then", "may follow"}


def test_every_state_of_a_recording_is_explained() -> None:
    told = Recording("a", "CON-1", "https://api.nexmo.com/v1/files/a", 9, 0, 9_000, 9_000)
    tape = Tape("a", told)
    file = Fetched("/r/a.mp3", 9, "ab" * 32, "audio/mpeg", 1)
    seen = []
    for each, now_ms in (
        (tape, 0),
        (tape, 31 * DAY_MS),
        (replace(tape, missing=True), 0),
        (replace(tape, recording=structs.replace(told, url="")), 0),
        (replace(tape, file=file), 0),
    ):
        lines = tape_lines(each, now_ms, "w")
        seen.append(lines[0][0])
        assert lines[0][1].endswith(".")
        assert dict(lines).keys() >= {"sent by", "then", "may follow"}
    assert len(set(seen)) == 5
    assert "w fetches it" in dict(tape_lines(tape, 0, "w"))["then"]


def test_where_calls_of_the_account_go_is_explained() -> None:
    account = Account.__new__(Account)
    account.state, account.ours = AccountState(), OURS
    applications = [parse_application(each) for each in APPLICATIONS]
    found = [application_lines(account, each, "P", "e")[0][0] for each in applications]
    assert found == ["no voice", "elsewhere", "elsewhere"]
    here = replace(applications[2], hooks={})
    assert application_lines(account, here, "P", "e")[0][0] == "no webhooks"
    numbers = parse_number_page({"count": len(NUMBERS), "numbers": NUMBERS}).numbers
    names = [number_lines(each, "Desk \x1b[2J", "l", "U") for each in numbers]
    assert [lines[0][0] for lines in names] == ["not linked", "linked", "forwarded"]
    assert "\x1b" not in names[1][0][1]


def test_every_behaviour_of_a_number_of_the_sandbox_is_explained() -> None:
    keys = ("b", "u", "i")
    for kind in BehaviourKind:
        told = Behaviour(kind).to_wire()
        lines = behaviour_lines(told, ours=False, keys=keys)
        said = dict(lines)
        assert lines[0][0] == kind.value
        assert lines[0][1].endswith(".")
        assert "does not know" not in lines[0][1]
        assert said.keys() >= {"set by", "then", "may follow"}
        assert "u the default" in said["then"]
        # What is said to follow is what the sandbox sends (4.2).
        if (end := outcome(Behaviour(kind))) is not None:
            assert end.status.value in said["may follow"]
            assert ("completed" in said["may follow"]) is (end.status is not Status.REJECTED)
            assert ("It rings" in lines[0][1]) is (end.rings and end.status is not Status.BUSY)
    script = behaviour_lines({"steps": [{"wait": 1}]}, ours=False, keys=keys)
    assert script[0][0] == "script"
    ours = dict(behaviour_lines(None, ours=True, keys=keys))
    assert ours["default"].endswith("answers.")
    assert "asked for an NCCO" in ours["dialled"]
    new = behaviour_lines({"behaviour": "of tomorrow \x1b[2J"}, ours=False, keys=keys)
    assert "does not know" in new[0][1]
    assert "\x1b" not in str(new)


@pytest.mark.parametrize("stage", Stage)
def test_how_far_an_action_came_is_explained(stage: Stage) -> None:
    attempt = Attempt(
        id="a",
        action="leg.mute",
        leg="1",
        conversation=None,
        args={},
        stage=stage,
        reason="the API answered 400 \x1b[2J",
        asked_ms=0,
        sent_ms=None,
        accepted_ms=None,
        proven_ms=None,
        failed_ms=None,
    )
    lines = attempt_lines(attempt, "Enter")
    said = dict(lines)
    assert lines[0][0].startswith(stage.value)
    assert lines[0][1].endswith(".")
    assert said.keys() >= {"told by", "why", "then", "may follow"}
    assert "\x1b" not in said["why"]
    ended = attempt_lines(structs.replace(attempt, undone_ms=5), "Enter")
    assert ended[0][0] == "ended by a move"
    note = attempt_lines(structs.replace(attempt, action="note"), "Enter")
    assert note[0][0] == "kept"
