"""View 4: files with what the linter says, written in place, drawn, run, watched."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from console.actions.registry import BY_ID
from console.actions.requests import NCCO_BYTES
from console.config.context import Route
from console.receiver.answers import answer_of
from console.tui.own_editor import EditorError, edit_file, editor_command
from console.tui.screens.ncco import NccoScreen
from tests.tui.scene import busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

BAD = '[\n  {"action": "talk", "text": "Hello", "bargeIn": true},\n  {"action": "input"},\n'
BAD += '  {"action": "talk", "txet": "x"}\n]\n'
GOOD = [{"action": "talk", "text": "Good morning."}, {"action": "wait", "timeout": 5}]
SIZES = [(80, 24, "dark"), (100, 30, "mono"), (140, 42, "light")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "work"
    (here / "nccos").mkdir(parents=True)
    monkeypatch.chdir(here)
    (here / "ivr.json").write_text(BAD)
    (here / "nccos" / "good.json").write_text(json.dumps(GOOD, indent=2))
    (here / "package.json").write_text('{"name": "none of ours"}')
    return here


@asynccontextmanager
async def opened(
    folder: Path, size: tuple[int, int] = (100, 30), theme: str = "dark"
) -> AsyncIterator[tuple[Shown, NccoScreen]]:
    desk = StandingDesk(busy_floor(), theme=theme)
    files = {"447700900000": folder / "ivr.json", "*": folder / "gone.json"}
    routes = tuple(Route(number=number, ncco_file=path) for number, path in files.items())
    desk.context = replace(desk.context, routes=routes)
    desk.performer.wrong = ("To: needed",)
    async with shown(desk, size=size) as seen:
        await seen.press("4")
        view = seen.app.views.screen("ncco")
        assert isinstance(view, NccoScreen)
        await seen.wait_for(lambda: bool(view.pane.keys))
        await seen.settle()
        yield seen, view


async def enter(seen: Shown, view: NccoScreen, name: str) -> None:
    key = next(each for each in view.pane.keys if each.endswith(name))
    view.pane.select(key)
    await seen.press("enter")
    await seen.wait_for(lambda: view.unsaved == "" and view.depth == (name,))
    await seen.wait_for(lambda: bool(view.opened.look.findings or view.opened.look.lines))
    await seen.settle()


@pytest.mark.parametrize(("width", "height", "theme"), SIZES)
async def test_files_are_listed_opened_explained_and_drawn(
    folder: Path, width: int, height: int, theme: str
) -> None:
    async with opened(folder, (width, height), theme) as (seen, view):
        rows = [line for line in seen.lines if ".json" in line]
        assert [row.split()[-1] != "" and "┃" in row for row in rows] == [True] * 3
        assert "routes" in rows[0]
        assert "ivr.json" in rows[0]
        assert "✗ 1 error" in rows[0]
        assert "is not there" in rows[1]
        assert "nccos/" in rows[2]
        assert "✓ no findings" in rows[2]
        assert "package" not in seen.text
        assert "outbound-ncco" in seen.text
        # Building blocks count in the title as they do for a filter.
        assert f"NCCO {len(view.pane.keys)} " in seen.text
        await enter(seen, view, "ivr.json")
        assert "[text] flow" in seen.text
        await seen.press("F", "F")
        error = next(line for line in seen.lines if "4:3 error" in line)
        assert "[2].text is required" in error
        assert next(line for line in seen.lines if '"txet"' in line).split()[1] == "✗"
        assert all(len(line) == width for line in seen.lines)
        await seen.press("right_square_bracket")
        assert "no flow to draw" in seen.text
        await seen.press("escape")
        await enter(seen, view, "good.json")
        await seen.press("right_square_bracket")
        assert "┌─ talk" in seen.text
        assert "“Good morning.”" in seen.text
        assert all(len(line) == width for line in seen.lines)
        await seen.press("left_square_bracket")
        beside = width >= 130
        assert ("┌─ talk" in seen.text) is beside
        await seen.press("escape", "slash", *"name:nothing", "enter")
        assert "No script passes the filter." in seen.text
        assert "NCCO 0 of " in seen.text
        await seen.press("escape")
        assert ("talk" in next(line for line in seen.lines if "good.json" in line)) is (width > 80)


async def test_what_is_written_is_completed_saved_and_answers_the_next_call(folder: Path) -> None:
    file = folder / "ivr.json"
    file.chmod(0o644)
    async with opened(folder) as (seen, view):
        await enter(seen, view, "ivr.json")
        await seen.press("i", "ctrl+a", "ctrl+end")
        view.opened.editor.clear()
        await seen.press(*'[{"act', "tab")
        assert view.opened.editor.text == '[{"action": '
        # Letters that are keys elsewhere are text, and a key that sends is none.
        await seen.press(*'"', "ctrl+n", "tab", *', "nqX')
        assert view.opened.editor.text == '[{"action": "stream", "nqX'
        assert "● not saved" in seen.text
        assert not seen.desk.performer.started
        assert view.reason(BY_ID["call.create"]) == "you are writing; Esc ends that"
        await seen.wait_for(lambda: "1:27 error: is not JSON" in seen.text)
        view.opened.editor.load_text('[{"action": "talk", "text": "Changed."}]')
        await seen.press("escape", "n")
        assert "save it first" in seen.text
        await seen.press("q")
        assert "ivr.json is not saved" in seen.text
        await seen.press("n", "escape")
        assert "was written in" in seen.text
        await seen.press("n", "ctrl+s")
        await seen.wait_for(lambda: view.unsaved == "")
        await seen.settle()
        assert "the next call of its route" in seen.text
        answer = await answer_of(seen.desk.context.routes[0])
        assert json.loads(answer.body) == [{"action": "talk", "text": "Changed."}]
        assert answer.problem is None
        assert file.stat().st_mode & 0o777 == 0o644
        assert sorted(os.listdir(folder)) == ["ivr.json", "nccos", "package.json"]
        # What another program writes is shown, unless something was written here.
        file.write_text('[{"action": "talk", "text": "From outside"}]')
        view.was_saved()
        await seen.wait_for(lambda: "From outside" in view.opened.editor.text)
        view.opened.editor.load_text("[]")
        file.write_text("[{}]")
        await seen.press("ctrl+s")
        assert "changed by somebody else" in seen.text
        await seen.press("n")
        assert file.read_text() == "[{}]"
        await seen.press("ctrl+s", "o")
        await seen.wait_for(lambda: file.read_text() == "[]")


async def test_no_file_is_too_hostile(folder: Path) -> None:
    hostile = '[{"action": "talk", "text": "a\u202e[red]b\x1b]0;x\x07", "text": "é你\u0301"}]'
    (folder / "hostile.json").write_text(hostile)
    (folder / "large.json").write_text("[" + " " * NCCO_BYTES + "]")
    (folder / "latin.json").write_bytes(b'[{"action": "talk", "text": "\xe9"}]')
    (folder / "deep.json").write_text("[" * 5_000)
    (folder / "gone.json").mkdir()
    os.mkfifo(folder / "pipe.json")
    async with opened(folder) as (seen, view):
        assert "pipe.json" not in seen.text
        assert "is no file" in seen.text
        assert "larger than 256 KiB" in seen.text
        await enter(seen, view, "hostile.json")
        assert all(character >= " " for line in seen.lines for character in line)
        assert "\u202e" not in seen.text
        assert view.opened.editor.text == hostile
        await seen.press("escape")
        await enter(seen, view, "latin.json")
        await seen.press("i")
        assert "not text in UTF-8" in seen.text
        await seen.press("ctrl+s", "escape")
        assert (folder / "latin.json").read_bytes() == b'[{"action": "talk", "text": "\xe9"}]'
        await enter(seen, view, "deep.json")
        assert "is not JSON" in seen.text
        await seen.press("escape")
        view.pane.select(next(key for key in view.pane.keys if key.endswith("large.json")))
        await seen.press("enter")
        await seen.wait_for(lambda: "large.json is larger" in seen.text)
        await enter(seen, view, "good.json")
        (folder / "nccos" / "good.json").unlink()
        view.was_saved()
        await seen.wait_for(lambda: "is gone" in seen.text)
        assert "Good morning" in view.opened.editor.text


async def test_it_is_run_on_a_new_call_and_followed(folder: Path) -> None:
    async with opened(folder, (140, 42)) as (seen, view):
        await enter(seen, view, "good.json")
        await seen.press("n")
        assert "New call" in seen.text
        assert "· nccos/good.json" in seen.text
        assert "● ncco" in seen.text
        assert not seen.desk.performer.started
        await seen.press("escape", "right_square_bracket")
        leg = "63f61863-4a51-4f6b-86e1-46edebcf9999"
        seen.scene.up(leg, "CON-9")
        body = {"action": "transfer", "destination": {"type": "ncco", "ncco": GOOD}}
        seen.scene.exchange("a9", "PUT", f"/v1/calls/{leg}", 204, leg=leg, body=body)
        seen.scene.clock.tick(0.1)
        view.running.look()
        await seen.wait_for(lambda: view.running.now is not None)
        await seen.settle()
        assert "▶~┌─ talk" in seen.text
        assert "▶ ~ runs on" in seen.text
        seen.scene.clock.tick(3)
        view.running.look()
        await seen.wait_for(lambda: "▶~┌─ wait" in seen.text)
        await seen.press("left_square_bracket")
        runs = [line for line in seen.lines if line.startswith("┃▶")]
        assert len(runs) == 1
        seen.scene.status(leg, "CON-9", "completed")
        view.running.look()
        await seen.wait_for(lambda: view.running.now is None)


async def test_an_editor_that_cannot_be_opened_is_told_and_blocks_are_only_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EditorError, match="set EDITOR"):
        editor_command()
    monkeypatch.setenv("EDITOR", "vi -u 'my file'")
    assert editor_command() == ["vi", "-u", "my file"]
    monkeypatch.setenv("VISUAL", "'open")
    with pytest.raises(EditorError, match="set EDITOR"):
        editor_command()
    monkeypatch.setenv("VISUAL", "true")
    async with opened(folder) as (seen, view):
        with pytest.raises(EditorError, match="cannot be lent"):
            await edit_file(seen.app, folder / "ivr.json")
        await seen.press("e")
        await seen.wait_for(lambda: "write in place" in seen.text)
        await seen.press("slash", *"errors>0", "enter")
        await seen.wait_for(lambda: len(view.pane.keys) == 1)
        await seen.press("escape")
        await enter(seen, view, "conference")
        await seen.press("i")
        assert "only read" in seen.text
