"""Every key of every view in every state: nothing dangerous goes unasked, and Esc leads back."""

from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from console.actions.action import EVERY_VIEW
from console.actions.ladder_actions import LADDER
from console.actions.registry import ACTIONS, BY_ID, actions_of, for_key
from console.actions.view_actions import OPENS
from console.config.context import Confirm
from console.desk.status import Connection
from console.journal.sqlite import open_read_only
from console.tui.views import VIEWS
from tests.tui.scene import Scene
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk
from tests.tui.test_time_machine import TravellingDesk, stored
from tests.tui.walker import ENDS_OR_LOSES, KEYS, Place, Walker
from tests.tui.whole_desk import whole_desk, whole_floor

GOOD = '[{"action": "talk", "text": "Good morning."}, {"action": "input", "type": ["dtmf"]}]'
ALL_VIEWS: Final = [view.id for view in VIEWS]
TYPES: Final = ("filter", "command")
"""What every view has and is walked in each, as it is about the view."""


def way_to(view: str) -> tuple[str, ...]:
    """The keys from the calls to a view."""
    return ("g", "enter") if view == LADDER else BY_ID[view + OPENS].keys[:1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.json").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@asynccontextmanager
async def walking(desk: StandingDesk) -> AsyncIterator[Walker]:
    async with shown(desk, size=(110, 32)) as seen:
        walker = Walker(seen)
        try:
            await walker.home()
            yield walker
        finally:
            del seen.app.exit


def is_elsewhere(key: str, view: str) -> bool:
    """Whether a key leads to what every view leads to: that is walked from the calls."""
    action = for_key(key, view)
    common = action is not None and action.views == EVERY_VIEW and action.id not in TYPES
    return common and view != "calls"


async def walk(
    walker: Walker,
    way: tuple[str, ...],
    *,
    deep: int,
    keys: Iterable[str] = KEYS,
    lean: bool = False,
) -> set[str]:
    """Press keys in every place that so many of them lead to; return what the places are.

    Args:
        walker: Who presses them.
        way: The keys to the first place.
        deep: How many keys further they are pressed again.
        keys: Which.
        lean: What every view leads to is walked from the calls only.
    """
    await walker.go(way)
    view = walker.view.VIEW
    ways: deque[tuple[str, ...]] = deque([()])
    known: set[Place] = set()
    while ways:
        more = ways.popleft()
        await walker.home()
        await walker.go((*way, *more))
        here = walker.place()
        known.add(here)
        idle = walker.idle(keys)
        if idle and not await walker.press_idle(idle):
            idle = []
        for key in (each for each in keys if each not in idle):
            if is_elsewhere(key, view) and (more or lean):
                continue
            if walker.place() != here:
                # Mostly it leads back at once.
                await walker.press("escape")
            if walker.place() != here:
                await walker.home()
                await walker.go((*way, *more))
            await walker.press(key)
            if (now := walker.place()) in known:
                continue
            known.add(now)
            walker.drawn()
            if len(more) < deep and view == walker.view.VIEW and not is_elsewhere(key, view):
                ways.append((*more, key))
    await walker.home()
    return {place.what for place in known}


def test_what_ends_or_loses_something_is_known_as_dangerous() -> None:
    assert {action.id for action in ACTIONS if action.dangerous} == ENDS_OR_LOSES


@pytest.mark.timeout(180)
async def test_what_is_dangerous_asks_first_and_is_left_with_esc(folder: Path) -> None:
    """The keys that end or lose something; the walks below press all keys everywhere."""
    async with whole_desk(folder) as desk, walking(desk) as walker:
        for view in ALL_VIEWS:
            keys = [each.keys[0] for each in actions_of(view) if each.dangerous and each.keys]
            for key in keys:
                await walker.go((*way_to(view), key))
                await walker.home()
        assert walker.everything_started == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("view", ALL_VIEWS)
async def test_every_key_in_every_place_of_a_view(view: str, folder: Path) -> None:
    async with whole_desk(folder) as desk, walking(desk) as walker:
        places = await walk(walker, way_to(view), deep=1)
    assert len(places) > 2
    assert "Palette" in places


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["never", "readonly", "replay", "empty", "lost", "no key"])
async def test_every_key_of_every_view_whatever_the_desk(kind: str, folder: Path) -> None:
    scene = Scene() if kind == "empty" else whole_floor()
    confirm = Confirm.NEVER if kind == "never" else Confirm.ALWAYS
    desk = StandingDesk(scene, replay=kind == "replay", confirm=confirm)
    desk.context = replace(desk.context, readonly=kind == "readonly")
    if kind == "lost":
        desk.connection, desk.trouble = Connection.REFUSED, "401 Unauthorized"
    async with AsyncExitStack() as stack:
        if kind != "replay":
            whole = whole_desk(folder, desk, confirm=confirm, key=kind != "no key")
            await stack.enter_async_context(whole)
        walker = await stack.enter_async_context(walking(desk))
        for view in ALL_VIEWS:
            if walker.seen.app.views.has(view) and (view, kind) != (LADDER, "empty"):
                await walk(walker, way_to(view), deep=0, lean=True)
        if kind in ("readonly", "replay"):
            assert walker.everything_started == []


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_every_key_of_every_view_in_the_past(folder: Path) -> None:
    scene = whole_floor()
    await stored(scene, folder / "scene.journal")
    journal = open_read_only(folder / "scene.journal")
    async with whole_desk(folder, TravellingDesk(scene, journal)) as desk, walking(desk) as walker:
        for view in ALL_VIEWS:
            way = way_to(view)
            await walk(walker, (*way, "ctrl+t"), deep=0, lean=True)
        assert walker.everything_started == []
    await journal.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
@given(keys=st.lists(st.sampled_from(KEYS), min_size=200, max_size=200))
@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
async def test_no_way_of_two_hundred_keys_ends_badly(folder: Path, keys: list[str]) -> None:
    async with whole_desk(folder) as desk, walking(desk) as walker:
        await walker.go(keys)
        walker.drawn()
        await walker.home()
