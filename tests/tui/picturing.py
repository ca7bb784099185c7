"""Pictures of screens: how one is kept, and the tests that are the same for every part of the app.

`pytest tests/tui --snapshot-update` makes them anew, on purpose. A picture is filed under the file
and the name of the test that compares it.
"""

import re
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from console.journal.sqlite import open_read_only
from tests.tui.scene import Scene
from tests.tui.screen import Shown, shown
from tests.tui.test_time_machine import TravellingDesk, stored

SIZES: Final = ((80, 24), (100, 30), (140, 42))
LONG: Final = "the very long name of a support queue 東京サポート窓口 in Llanfairpwllgwyngyll"

Test = Callable[..., Coroutine[Any, Any, None]]


class Svg(SingleFileSnapshotExtension):
    """One SVG file for each picture; the random part of its class names is taken out."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"

    def serialize(self, data: str, **_: object) -> str:
        return re.sub(r"terminal-\d+", "terminal", data)


class Named(Protocol):
    """A state of the app that has a name."""

    @property
    def name(self) -> str: ...


S = TypeVar("S", bound=Named)


def called(state: Named) -> str:
    return state.name


def sized(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


in_every_size = pytest.mark.parametrize("size", SIZES, ids=sized)


def pictures_of(
    views: Sequence[S],
    states: Sequence[S],
    at: Callable[..., AbstractAsyncContextManager[Shown]],
) -> tuple[Test, Test, Test, Test]:
    """The tests of views, in every form, and of states, in the dark; `at` opens one in a size."""

    @pytest.mark.parametrize("state", views, ids=called)
    async def test_a_view_in_the_dark(picture: SnapshotAssertion, state: S) -> None:
        async with at(state, SIZES[0]) as seen:
            assert seen.app.export_screenshot() == picture

    @pytest.mark.slow
    @pytest.mark.parametrize("size", SIZES[1:], ids=sized)
    @pytest.mark.parametrize("state", views, ids=called)
    async def test_a_view_with_more_room(
        picture: SnapshotAssertion, state: S, size: tuple[int, int]
    ) -> None:
        async with at(state, size) as seen:
            assert seen.app.export_screenshot() == picture

    @pytest.mark.slow
    @pytest.mark.parametrize("form", ["light", "mono", "ascii"])
    @pytest.mark.parametrize("state", views, ids=called)
    async def test_a_view_in_another_form(
        picture: SnapshotAssertion, state: S, form: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if form == "mono":
            monkeypatch.setenv("NO_COLOR", "1")
        theme = "light" if form == "light" else "dark"
        async with at(state, SIZES[0], theme=theme, in_ascii=form == "ascii") as seen:
            assert seen.app.export_screenshot() == picture

    @pytest.mark.slow
    @in_every_size
    @pytest.mark.parametrize("state", states, ids=called)
    async def test_a_state_that_has_a_name(
        picture: SnapshotAssertion, state: S, size: tuple[int, int]
    ) -> None:
        async with at(state, size) as seen:
            assert seen.app.export_screenshot() == picture

    return (
        test_a_view_in_the_dark,
        test_a_view_with_more_room,
        test_a_view_in_another_form,
        test_a_state_that_has_a_name,
    )


async def of_the_past(scene: Scene, view: str, size: tuple[int, int], folder: Path) -> str:
    """A picture of the view of a key, in the time machine over what the scene has kept."""
    await stored(scene, folder / "scene.journal")
    journal = open_read_only(folder / "scene.journal")
    desk = TravellingDesk(scene, journal)
    async with shown(desk, size=size) as seen:
        await seen.press(view, "ctrl+t")
        await seen.wait_for(lambda: desk.past is not None and "PAST" in seen.lines[0])
        await seen.settle()
        picture = seen.app.export_screenshot()
        assert desk.past is not None
        await desk.past.close()
    await journal.close()
    return picture
