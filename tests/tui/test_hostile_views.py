"""Hostile and wide texts in every view: columns stand, nothing acts, ASCII and no colour hold."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from console.actions.account import AccountState
from console.actions.sandbox_page import PageState
from console.client.sandbox_stage import Stage, Try
from console.tui.views import VIEWS
from tests.tui.screen import Shown, press_together, shown
from tests.tui.standing_desk import StandingDesk
from tests.tui.test_every_key import way_to
from tests.tui.test_hostile import ALL, add_hostile, check
from tests.tui.test_wide_names import NAMES
from tests.tui.whole_desk import whole_desk, whole_floor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

STRANGE = " ".join(NAMES.values())
_SIDES = "│┃"
_CORNERS = "╭╮╰╯┏┓┗┛"


@asynccontextmanager
async def strange_desk(folder: Path, text: str) -> AsyncIterator[StandingDesk]:
    """A desk whose every field from outside holds a text: calls, account, sandbox, files."""
    scene = whole_floor()
    add_hostile(scene, 9, text)
    name = "".join(sign for sign in text if sign.isprintable() and sign != "/")[:40]
    (folder / f"{name}.json").write_text(
        f'[{{"action": "talk", "text": "{name}"}}]', errors="replace"
    )
    async with whole_desk(folder, StandingDesk(scene)) as desk:
        account, page = desk.account, desk.sandbox_page
        assert account is not None
        assert page is not None
        account.state = AccountState(
            applications=tuple(replace(each, name=text) for each in account.state.applications),
            numbers=tuple(
                replace(each, msisdn=text, country=text) for each in account.state.numbers
            ),
            read_at_ms=account.state.read_at_ms,
        )
        page.state = PageState(
            stage=Stage(numbers=(text,), behaviours={text: {"then": text}}, state=text),
            tries=(Try(url=text, method=text, reason=text, purpose=text, time=text),),
            seen_at_ms=account.state.read_at_ms,
            trouble="",
        )
        yield desk


async def every_view(seen: Shown) -> AsyncIterator[str]:
    """Each view as it opens, then with what is under the cursor opened."""
    for view in VIEWS:
        for keys in ((), ("enter",)):
            await press_together(seen, *way_to(view.id), *keys)
            await seen.pilot.pause()
            yield f"{view.id} {' '.join(keys)}"
            await press_together(seen, "escape", "escape", "escape")


def borders_stand(lines: Iterable[str]) -> None:
    """Where a box begins and ends, each of its lines has its sides in the same cells."""
    above: dict[int, str] = {}
    for line in lines:
        cells: dict[int, str] = {}
        at = 0
        for sign in line:
            cells[at] = sign
            at += cell_len(sign)
        for place in list(above):
            assert cells.get(place, "") in _SIDES + _CORNERS, (place, line)
        for place, sign in cells.items():
            if sign in "╭╮┏┓":
                above[place] = sign
            elif sign in "╰╯┗┛":
                above.pop(place, None)


@pytest.mark.parametrize("text", [ALL, STRANGE], ids=["hostile", "wide"])
async def test_no_view_breaks_or_passes_anything_on(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with strange_desk(tmp_path, text) as desk, shown(desk, size=(120, 34)) as seen:
        async for where in every_view(seen):
            check(seen)
            borders_stand(seen.lines)
            assert seen.app.failure is None, where


async def test_only_ascii_is_drawn_where_only_that_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with strange_desk(tmp_path, STRANGE) as desk:
        desk.context = replace(desk.context, ascii=True)
        monkeypatch.setenv("LANG", "C")
        monkeypatch.setenv("LC_ALL", "C")
        async with shown(desk, size=(120, 34)) as seen:
            signs = seen.app._ascii
            assert signs is not None
            async for where in every_view(seen):
                for segments in seen.app.screen._compositor.render_strips():
                    drawn = signs.apply(list(segments), seen.app.background_colors[0])
                    told = "".join(segment.text for segment in drawn)
                    own = "".join(sign for sign in told if sign not in STRANGE)
                    assert own.isascii(), (where, told)


async def test_states_are_told_apart_without_colour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    async with strange_desk(tmp_path, STRANGE) as desk, shown(desk, size=(120, 34)) as seen:
        assert seen.app.no_color
        async for where in every_view(seen):
            check(seen)
            assert seen.app.failure is None, where
        for word in ("answered", "ringing", "completed", "asked …", "PROD"):
            assert word in seen.text, word
