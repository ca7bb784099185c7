"""What `?` says of states that are no statuses: each is explained, and nothing foreign gets in."""

from dataclasses import replace

import pytest

from console.actions.account import Account, AccountState
from console.floor.recorded import DAY_MS, Fetched, Tape
from console.floor.views import Recording
from console.listening.aim import State
from console.tui.state_lines import application_lines, number_lines, session_lines, tape_lines
from console.voice.applications import parse_application
from console.voice.own_numbers import parse_number_page
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
        (replace(tape, recording=replace(told, url="")), 0),
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
