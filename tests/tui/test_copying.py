"""The copy menu of the views, and where the clipboard is said to be."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from console.actions.hooks import Hooks
from console.config.context import Context, Route
from console.journal.record import Kind
from console.tui.copying import clipboard
from tests.tui.scene import Scene, busy_floor
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk
from tests.tui.test_webhooks_screen import Receiver, called

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format
APP = "http://localhost:3000/webhooks/answer"


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


async def test_legs_events_and_actions_are_copied_in_their_forms() -> None:
    scene = busy_floor()
    scene.asked("only-asked", "leg.mute", leg=LEG(1), want="mute")
    async with shown(StandingDesk(scene)) as seen:

        async def copied(*keys: str) -> str:
            seen.app.copy_to_clipboard("")
            await seen.press(*keys)
            await seen.wait_for(lambda: bool(seen.app.clipboard))
            return seen.app.clipboard

        assert await copied("y", "i") == LEG(1)
        assert "copied" in seen.lines[0]
        assert "clipboard" in seen.lines[0]
        assert json.loads(await copied("y", "j"))["uuid"] == LEG(1)
        assert (await copied("y", "c")).startswith("curl -X PUT")
        assert "httpx.Request(" in await copied("y", "p")
        assert "fetch(" in await copied("y", "n")
        assert (await copied("y", "v")).startswith("CON-")
        seen.screen.events.focus()
        await seen.press("G")
        seq = await copied("y", "i")
        record = next(each for each in scene.records if each.seq == int(seq))
        assert await copied("y", "r") == record.raw.decode()
        assert json.loads(await copied("y", "j"))["seq"] == record.seq
        assert "hashlib.sha256(body)" not in await copied("y", "p"), "it came without a token"
        await seen.press("enter")
        await seen.settle()
        assert await copied("y", "l") == record.leg
        assert "copied" in seen.text
        await seen.press("escape", "escape")
        await seen.press("0")
        made = await copied("y", "c")
        assert "/v1/calls/" + LEG(1) in made, "it was only asked: what it would send"


async def test_a_webhook_is_copied_with_its_reply_and_to_whom_it_goes() -> None:
    scene = Scene()
    hooks = Receiver(scene)
    answer = hooks.came(Kind.ANSWER, called())
    hooks.replied(answer, 200, b'[{"action":"talk","text":"hi"}]')
    odd = hooks.came(Kind.EVENT, {}, raw=b"\xff\x00{")
    hooks.replied(odd)
    desk = StandingDesk(scene)
    context = Context(name="desk", routes=(Route(number="*", forward=APP),))
    desk.hooks = Hooks(context)
    async with shown(desk) as seen:

        async def copied(*keys: str) -> str:
            seen.app.copy_to_clipboard("")
            await seen.press(*keys)
            await seen.wait_for(lambda: bool(seen.app.clipboard))
            return seen.app.clipboard

        await seen.press("3")
        await seen.settle()
        await seen.press("y")
        assert "as base64: 3 bytes that are no text" in seen.text
        assert await copied("r") == "/wB7"
        assert "printf '\\377\\000{' | curl" in await copied("y", "c")
        await seen.press("j", "y")
        assert "localhost:3000/webhooks/answer" in seen.text
        assert await copied("a") == '[{"action":"talk","text":"hi"}]'
        assert await copied("y", "u") == APP
        program = await copied("y", "p")
        assert repr(answer.raw) in program
        assert "VOICE_CONSOLE_SIGNATURE_SECRET" in program
        await seen.press(*":copy file", "enter")
        assert "there is no file of this; there is id" in seen.lines[0]


async def test_a_terminal_without_a_clipboard_gets_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "linux")
    async with shown() as seen:
        await seen.press("y", "i")
        await seen.wait_for(lambda: "no clipboard" in seen.lines[0])
    (made,) = await asyncio.to_thread(lambda: list(tmp_path.rglob("copied-*.txt")))
    assert await asyncio.to_thread(made.read_text) == LEG(1)


@pytest.mark.parametrize(
    ("environ", "words", "reached"),
    [
        ({"TERM": "xterm"}, "to the clipboard", True),
        ({"TERM": "xterm", "SSH_CONNECTION": "x"}, "machine you sit at", True),
        ({"TERM": "screen-256color", "TMUX": "/x"}, "set-clipboard on", True),
        ({"TERM": "screen", "STY": "1"}, "GNU screen", False),
        ({"TERM_PROGRAM": "Apple_Terminal", "TERM": "xterm"}, "takes no clipboard", False),
        ({"TERM": "linux"}, "has no clipboard", False),
    ],
)
def test_where_the_clipboard_is(environ: dict[str, Any], words: str, reached: bool) -> None:
    told, can = clipboard(environ)
    assert words in told
    assert can is reached
