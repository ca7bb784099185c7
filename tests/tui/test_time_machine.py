"""The past on the screens: the way there, its keys, what plays, and the way back."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.actions.registry import BY_ID, Scope
from console.config.paths import moments_dir
from console.desk import keeper
from console.desk.moments import moments_file
from console.desk.past import PastDesk
from console.desk.time_machine import TimeMachine
from console.floor.store import Store
from console.journal.sqlite import ReadOnlyJournal, SqliteJournal, open_read_only
from console.tui.past_words import NO_PAST
from tests.fake_clock import START_NS, FakeClock
from tests.tui.scene import Scene, busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk


class TravellingDesk(StandingDesk):
    """A standing desk whose records are in a journal too."""

    def __init__(self, scene: Scene, journal: ReadOnlyJournal) -> None:
        super().__init__(scene)
        self.stored = journal
        self.time_machine = TimeMachine(self.context, self.clock, journal)
        self.past: PastDesk | None = None

    async def travel(self) -> PastDesk:
        self.past = await self.time_machine.travel(self.store)
        return self.past


async def stored(scene: Scene, path: Path) -> None:
    """Write the scene into a journal; its first record stands for the session's own."""
    first = scene.records[0]
    clock = FakeClock(first.at - 10**9, first.mono)
    journal = SqliteJournal.open(path, clock=clock, context="sandbox", version="1")
    await journal.append(*scene.records)
    clock.tick(1 + (scene.records[-1].at - first.at) / 1e9)
    await journal.close()


@asynccontextmanager
async def travelling(tmp_path: Path) -> AsyncIterator[tuple[Shown, PastDesk]]:
    """The calls, left for the past; the journal has one record before those of the scene."""
    scene = busy_floor()
    await stored(scene, tmp_path / "scene.journal")
    journal = open_read_only(tmp_path / "scene.journal")
    desk = TravellingDesk(scene, journal)
    async with shown(desk) as seen:
        await seen.press("ctrl+t")
        await seen.wait_for(lambda: desk.past is not None and seen.app.views.here == "calls")
        await seen.wait_for(lambda: "PAST" in seen.lines[0])
        assert desk.past is not None
        yield seen, desk.past
        await desk.past.close()
    await journal.close()


async def arrive(seen: Shown, past: PastDesk) -> None:
    await seen.wait_for(past.arrived.is_set)
    screen = seen.app.screen
    getattr(screen, "redraw", lambda: None)()
    await seen.pilot.pause()


async def go(seen: Shown, past: PastDesk, *keys: str) -> None:
    for key in keys:
        await seen.press(key)
        await arrive(seen, past)


async def test_the_keys_of_time_go_to_other_moments(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        assert "PAST 08:58:58 · just now · standing still" in seen.lines[0]
        begun = past.clock.now_ns()
        # The journal's last record is one of its session's own; the scene's are before it.
        await go(seen, past, "M", "left")
        assert past.clock.now_ns() == begun - 70 * 10**9
        earlier = past.played
        await go(seen, past, ".")
        assert past.played == earlier + 1
        await go(seen, past, ",", ",")
        assert past.played == earlier - 1
        await go(seen, past, "right", "m")
        assert past.played > earlier + 1
        await go(seen, past, "O")
        assert past.played == 1
        assert "0 conversations" in seen.lines[0]
        await go(seen, past, "o")
        assert "3 conversations" in seen.lines[0] or "conversations" in seen.lines[0]
        assert past.store.floor.figures() == seen.scene.store.floor.figures()
        assert seen.desk.performer.started == []


async def test_what_sends_is_dimmed_and_says_why(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        screen = seen.app.screen
        reason = screen.reason  # type: ignore[attr-defined]  # the top screen is a view
        for action in screen.actions:  # type: ignore[attr-defined]  # see above
            if action.scope is Scope.DESK:
                assert reason(action) == "you are looking at the past"
        assert reason(BY_ID["time.event.back"]) is None
        await seen.press("t")
        await seen.pilot.pause()
        assert "you are looking at the past" in seen.lines[0]
        assert "P play" in seen.text
        assert seen.desk.performer.started == []
        await go(seen, past, ".")
        assert seen.desk.performer.started == []


async def test_it_plays_on_at_the_speed_one_likes(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        await go(seen, past, "M", "P")
        before, began = past.played, past.clock.now_ns()
        await seen.press("+", "+")
        assert past.speed == 5.0
        assert "5×" in seen.lines[0]  # noqa: RUF001  # as it is drawn
        await seen.scene.clock.advance(4)
        assert past.clock.now_ns() == began + 20 * 10**9
        assert past.played > before
        await seen.press("-")
        assert past.speed == 2.0
        await seen.press("P")
        assert "standing still" in seen.lines[0]
        for _ in range(12):
            await seen.press("+")
        assert past.speed == 100.0


async def test_a_narrow_line_keeps_the_sign_of_the_past_whole(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        await seen.pilot.resize_terminal(80, 24)
        await go(seen, past, "left", "g", "j", "enter")
        for width in range(80, 64, -2):
            await seen.pilot.resize_terminal(width, 24)
            await seen.settle()
            assert seen.lines[0].rstrip().endswith(("‖", "‖ past")), seen.lines[0]


async def test_it_plays_no_farther_than_the_present_and_follows_it(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        await go(seen, past, "left", "P", *"++++++")
        assert past.speed == 100.0
        await seen.scene.clock.advance(2)
        await seen.wait_for(past.finished.is_set)
        assert past.clock.now_ns() == seen.scene.clock.now_ns()
        await seen.wait_for(lambda: "just now" in seen.lines[0])
        last = past.played
        journal = SqliteJournal.open(
            tmp_path / "scene.journal", clock=seen.scene.clock, context="sandbox", version="1"
        )
        await journal.close()
        await seen.wait_for(lambda: past.played > last)


@pytest.mark.parametrize("key", ["ctrl+t", "escape"])
async def test_the_present_has_gone_on_meanwhile(key: str, tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        await go(seen, past, "M")
        shown_then = seen.text
        seen.scene.up("new-leg", "CON-new", from_="447700900999")
        await seen.pilot.pause()
        assert "447700900999" not in seen.text
        assert "PAST" in shown_then
        await seen.press(key)
        await seen.wait_for(lambda: "PAST" not in seen.lines[0])
        await seen.settle()
        assert "447700900999" in seen.text
        await seen.press("m")
        assert [action for action, _, _ in seen.desk.performer.started] == ["leg.mute"]
        await seen.press("ctrl+t")
        await seen.wait_for(lambda: "PAST" in seen.lines[0])
        await seen.press("escape")


async def test_every_view_shows_that_moment(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        await go(seen, past, "M", "M")
        await seen.press("0")
        assert "Nothing was done from this console yet." in seen.text
        await go(seen, past, "o")
        assert "[all 4]" in seen.text
        await seen.press("6")
        assert "calls > figures" in seen.lines[0]
        assert "not in the journal" in seen.text
        await seen.press("1", "enter")
        await seen.wait_for(lambda: "started" in seen.text)
        lines = seen.text.count("answered")
        await go(seen, past, "O")
        await seen.wait_for(lambda: seen.text.count("answered") < lines)
        assert past.clock.now_ns() < START_NS
        await seen.press("ctrl+t")
        await seen.wait_for(lambda: "PAST" not in seen.lines[0])
        await seen.press("3", "ctrl+t")
        await seen.wait_for(lambda: "PAST" in seen.lines[0])
        assert "webhooks" in seen.lines[0]
        for key in ("M", "M", "o"):
            await go(seen, past, key)
        await seen.press("ctrl+t")
        await seen.wait_for(lambda: "PAST" not in seen.lines[0])
        assert seen.app.views.here == "webhook"


async def test_what_is_drawn_is_a_fold_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "SPACING", 7)
    async with travelling(tmp_path) as (seen, past):
        journal = open_read_only(tmp_path / "scene.journal")
        records = [record async for record in journal.read()]
        await journal.close()
        kept = moments_file(moments_dir(), tmp_path / "scene.journal", records[0].session)
        keeping = keeper.Keeper(tmp_path / "scene.journal", kept)
        keeping.catch_up()
        keeping.close()
        for seq in random.Random(5).sample(range(1, len(records)), 6):
            past.go_to(seq)
            await arrive(seen, past)
            await seen.settle()
            drawn = seen.lines
            from_start = Store()
            from_start.apply_all(records[:seq])
            past.store.become(from_start)
            await seen.settle()
            assert seen.lines == drawn, seq


async def test_a_view_without_a_past_says_so(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, _):
        views = seen.app.views
        for view in ("audio", "application", "sandbox"):
            assert not views.has(view)
            present = views._present_views
            assert present is not None
            known = present.has(view)
            assert views.absence(view) == (NO_PAST[view] if known else "there is no such view here")
            present._present[view] = present._present["calls"]
            assert views.absence(view) == NO_PAST[view]
        await seen.press("5")
        await seen.pilot.pause()
        assert "sound is not kept" in seen.lines[0]


async def test_keys_that_come_faster_than_moments_make_one_way(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        began = past.played
        for _ in range(5):
            past.go_events(-1)
        await arrive(seen, past)
        assert past.played == began - 5


async def test_letters_are_typed_where_one_types(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        before = past.played
        await seen.press("/", "m", ".", "o")
        assert past.played == before
        await seen.press("escape")


async def test_a_pane_is_zoomed_though_the_plus_belongs_to_time(tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        await seen.press("+")
        assert past.speed == 2.0
        assert "ZOOM" not in seen.lines[0]
        await seen.press("_")
        screen = seen.app.screen
        zoom = screen.zoom  # type: ignore[attr-defined]  # the top screen is a view
        assert zoom.words == "ZOOM 2/2"
        await go(seen, past, "M")
        assert zoom.words == "ZOOM 2/2", "another moment is shown in the same panes"
        await seen.press("_")
        assert zoom.words == "ZOOM 1/2"
        await seen.press("escape")
        assert zoom.words == ""
        assert "PAST" in seen.lines[0]
        await seen.press("colon", *"zoom", "enter")
        assert zoom.words == "ZOOM 1/2"
        await seen.press("escape")
        assert "PAST" in seen.lines[0]
