"""Pictures of sound, figures, recordings, account, sandbox, of help and what else lies over them.

`pytest tests/tui/test_look_rooms.py --snapshot-update` makes them anew, on purpose; those that are
not marked slow are looked at on every run.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from console.actions.account import AccountState
from console.actions.sandbox_page import PageState
from console.client.sandbox_stage import Stage, StageClock, Try
from console.tui.screens.view_screen import ViewScreen
from tests.tui.picturing import LONG, in_every_size, of_the_past, pictures_of
from tests.tui.scene import Scene, stamp
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk
from tests.tui.whole_desk import whole_desk, whole_floor

WHYS: Final = (
    *("busy", "timeout", "unanswered", "rejected", "cancelled"),
    *("failed: cannot_route", "failed: number_out_of_service", "failed: internal_error"),
)
RECORDED: Final = "https://api.nexmo.com/v1/files/aaaaaaaa-bbbb-4ccc-8ddd-{:012d}".format
TAPE: Final = "bbbbbbbb-cccc-4ddd-8eee-{:012d}".format

Change = Callable[[StandingDesk], None]


def as_it_is(desk: StandingDesk) -> None:
    pass


def silent(desk: StandingDesk) -> None:
    assert desk.listening is not None
    desk.listening.sessions.clear()


def left(desk: StandingDesk) -> None:
    assert desk.listening is not None
    for session in desk.listening.sessions.values():
        session.key_told("7")
        session.end("the platform closed the WebSocket")


def many_failed(desk: StandingDesk) -> None:
    """Calls that were not connected for every reason, and others that came and went."""
    scene = desk.scene
    for number in range(60):
        leg, room = f"leg-{number:03}", f"CON-{number:03}"
        status, _, detail = WHYS[number % 11 % len(WHYS)].partition(": ")
        scene.status(leg, room, "started", direction="outbound")
        if number % 3:
            scene.status(leg, room, "answered", direction="outbound")
        else:
            scene.status(leg, room, status, direction="outbound", detail=detail or None)
        scene.clock.tick(7)


def recorded(desk: StandingDesk) -> None:
    """Recordings to fetch, soon expired, lost; as many as fill a screen."""
    scene = desk.scene
    for number in range(30):
        scene.webhook(
            {
                "recording_url": "" if number % 7 == 3 else RECORDED(number),
                "recording_uuid": TAPE(number),
                "size": 12_228 * number * number,
                "start_time": f"2025-02-{1 + number % 28:02}T08:10:00Z",
                "end_time": f"2025-02-{1 + number % 28:02}T08:{12 + number}:12Z",
                "conversation_uuid": f"CON-{number:08}-0000-4000-8000-000000000000",
                "timestamp": stamp(scene.clock.now_ns()),
            }
        )


def nothing_bought(desk: StandingDesk) -> None:
    assert desk.account is not None
    desk.account.state = AccountState(read_at_ms=desk.account.state.read_at_ms)


def refused(desk: StandingDesk) -> None:
    assert desk.account is not None
    desk.account.state = AccountState(
        trouble="the API answered 401: Unauthorized: the key or the secret is wrong"
    )


def large_account(desk: StandingDesk) -> None:
    assert desk.account is not None
    state = desk.account.state
    applications = [
        replace(
            each, id=f"{place}{each.id[1:]}", name=f"{LONG} {place}" if place % 2 else each.name
        )
        for place, each in enumerate(state.applications * 8)
    ]
    numbers = [
        replace(each, msisdn=f"{each.msisdn[:-3]}{place:03}")
        for place, each in enumerate(state.numbers * 12)
    ]
    desk.account.state = replace(state, applications=tuple(applications), numbers=tuple(numbers))


def set_up(desk: StandingDesk) -> None:
    """A sandbox with everything set, and webhooks of each kind."""
    assert desk.sandbox_page is not None
    ways = {
        "447700900155": {"behaviour": "busy", "after": 2.5},
        "447700900156": {"steps": [{"wait": 1}], "after": 0},
        "447700900157": {"behaviour": "machine", "beep_after": 3, "greeting": LONG},
    }
    at = stamp(desk.clock.now_ns())
    url = "http://127.0.0.1:41234/webhooks/event"
    tries = [
        Try(url=url, method="POST", status=204, purpose="event", time=at, attempt=1),
        Try(url=url, method="GET", status=500, purpose="answer", time=at, attempt=2),
        Try(
            url=url, method="POST", reason="connection refused", purpose="event", time=at, attempt=3
        ),
        Try(url=url, method="POST", purpose="event", time=at, attempt=1),
    ]
    stage = Stage(
        numbers=("447700900000", "447700900001"),
        seed=7,
        clock=StageClock(mode="virtual", now=at, due=1),
        behaviours=ways,
        faults={"duplicate": 0.25, "drop": 0.1, "delay_ms": 40},
        live={"legs": 1, "conversations": 1, "recordings": 2, "webhooks_open": 1, "timers": 3},
        state="/var/lib/voice-console/sandbox.state",
    )
    desk.sandbox_page.state = PageState(
        stage=stage, tries=tuple(tries * 6), seen_at_ms=desk.clock.now_ns() // 1_000_000
    )


def just_made(desk: StandingDesk) -> None:
    assert desk.sandbox_page is not None
    desk.sandbox_page.state = PageState(
        stage=Stage(numbers=(), clock=StageClock(mode="real", now=stamp(desk.clock.now_ns()))),
        seen_at_ms=desk.clock.now_ns() // 1_000_000,
    )


def gone(desk: StandingDesk) -> None:
    assert desk.sandbox_page is not None
    desk.sandbox_page.state = replace(
        desk.sandbox_page.state, trouble="connection refused at 127.0.0.1:8820"
    )


@dataclass(frozen=True)
class State:
    """A screen that has a name: the keys that lead to it, and what the desk has."""

    name: str
    keys: Sequence[str]
    change: Change = as_it_is
    floor: Callable[[], Scene] = whole_floor
    first: bool = False


VIEWS: Final = (
    State("audio", "5"),
    State("figures", "6", many_failed),
    State("recordings", "7", recorded),
    State("applications", "8"),
    State("sandbox", "9", set_up),
    State("help", ("7", "question_mark")),
)
STATES: Final = (
    State("audio-none", "5", silent),
    State("audio-ended", "5", left),
    State("figures-none", "6", floor=Scene),
    State("recordings-none", "7", floor=Scene),
    State("recordings-opened", ("7", "j", "j", "enter"), recorded),
    State("recordings-filter-error", ("7", "slash", *"size:>", "enter"), recorded),
    State("recordings-filtered-out", ("7", "slash", *"nobody", "enter"), recorded),
    State("applications-none", "8", nothing_bought),
    State("applications-many", "8", large_account),
    State("applications-refused", "8", refused),
    State("applications-form", ("8", "j", "e")),
    State("applications-question", ("8", "j", "j", "P")),
    State("number-form", ("8", "tab", "l")),
    State("sandbox-none", "9", just_made),
    State("sandbox-gone", "9", gone),
    State("sandbox-form", ("9", "b"), set_up),
    State("sandbox-question", ("9", "R"), set_up),
    State("help-of-a-status", ("j", "j", "question_mark")),
    State("help-of-figures", ("6", "question_mark")),
    State("palette", ("ctrl+p", *"fil")),
    State("theme", ("f8",)),
    State("alerts", ("colon", *"alerts", "enter")),
    State("first-keys", (), first=True),
)


@asynccontextmanager
async def at(
    state: State, size: tuple[int, int], *, theme: str = "dark", in_ascii: bool = False
) -> AsyncIterator[Shown]:
    """The app in a state; the cursors of fields stand still, and files lie where one is."""
    standing = StandingDesk(state.floor(), theme=theme)
    if in_ascii:
        standing.context = replace(standing.context, ascii=True)
    welcomed = (lambda: None) if state.first else None
    async with whole_desk(Path(), standing) as desk:
        state.change(desk)
        async with shown(desk, size=size, welcomed=welcomed) as seen:
            for key in state.keys:
                await seen.press(key)
                await seen.look()
            for field in seen.app.screen.query(Input).results(Input):
                field.cursor_blink = False
            # What was drawn last may be of before the clock went on, also behind a dialog.
            for screen in seen.app.screen_stack:
                if isinstance(screen, ViewScreen):
                    screen.redraw()
            await seen.settle()
            yield seen


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


(
    test_a_view_in_the_dark,
    test_a_view_with_more_room,
    test_a_view_in_another_form,
    test_a_state_that_has_a_name,
) = pictures_of(VIEWS, STATES, at)


@pytest.mark.slow
@in_every_size
async def test_the_figures_of_the_past(
    picture: SnapshotAssertion, size: tuple[int, int], here: Path
) -> None:
    assert await of_the_past(whole_floor(), "6", size, here) == picture
