"""Pictures of webhooks, NCCO and audit, of the lines where one types, and of what they open.

`pytest tests/tui/test_look_developer.py --snapshot-update` makes them anew, on purpose; those that
are not marked slow are looked at on every run.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input, TextArea

from console.journal.record import Kind
from console.tui.screens.ncco import NccoScreen
from console.tui.widgets.virtual_list import VirtualList
from tests.tui.picturing import LONG, in_every_size, of_the_past, pictures_of
from tests.tui.scene import Scene, busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk
from tests.tui.test_webhooks_screen import Receiver, a_desk, event, some_webhooks

CALLEE: Final = "63f61863-4a51-4f6b-86e1-46edebcf9999"
MENU: Final = [
    {"action": "talk", "text": "Press 1 for sales, 2 for support.", "bargeIn": True},
    {
        "action": "input",
        "type": ["dtmf"],
        "dtmf": {"maxDigits": 1, "timeOut": 5},
        "eventUrl": ["https://example.com/hooks/input"],
    },
    {"action": "connect", "timeout": 20, "endpoint": [{"type": "phone", "number": "447700900101"}]},
]
WRONG: Final = """[
  {
    "action": "talk",
    "txet": "Good morning.",
    "bargeIn": true
  },
  {
    "action": "connect",
    "timeout": 400,
    "endpoint": [{"type": "phone", "number": "447700900101"}]
  }
]
"""


def webhooks() -> StandingDesk:
    """All that a webhook's row can say, on a desk that hands them on."""
    scene, hooks = some_webhooks()
    hooks.replied(hooks.came(Kind.EVENT, {**event(scene, "ringing"), "from": LONG}))
    hooks.replied(hooks.came(Kind.EVENT, event(scene, "busy", sip_code=486)), 500, b"oh")
    scene.clock.tick(1)
    hooks.came(Kind.EVENT, event(scene, "rejected", detail="declined"))
    return a_desk(scene)


def app_is_down() -> StandingDesk:
    """The user's app does not answer."""
    scene = Scene()
    hooks = Receiver(scene)
    for status in ("started", "ringing", "answered"):
        came = hooks.came(Kind.EVENT, event(scene, status))
        app = {"method": "POST", "url": "http://localhost:3000/webhooks/event"}
        hooks.told(came, Kind.FORWARD_REQUEST, came.raw, **app)
        why = "nothing listens on localhost:3000; is your app running?"
        hooks.told(came, Kind.FORWARD_FAILED, b"", error=why, **app)
        hooks.replied(came)
    return a_desk(scene)


def quiet() -> StandingDesk:
    return StandingDesk(Scene())


def busy() -> StandingDesk:
    return StandingDesk(busy_floor())


def hostile() -> StandingDesk:
    """Actions with long and wide words, undone and redone, and some that wait."""
    scene = busy_floor()
    for number, name in enumerate((LONG, "[red]x[/red]\x1b[2J", "日本語" * 30)):
        leg = f"63f61863-0000-4000-8000-{number:012}"
        scene.up(leg, f"CON-{number}f5a2b10-0000-4000-8000-000000000000", from_=name)
        scene.asked(f"s{number}", "leg.say", leg=leg, text=name * 3)
        path = f"/v1/calls/{leg}/talk"
        answer = {"title": name * 2}
        scene.exchange(f"s{number}", "PUT", path, 400, leg=leg, body={"text": name}, answer=answer)
        scene.clock.tick(1)
        scene.asked(f"u{number}", "leg.mute", leg=leg, want="unmute", undoes="a2")
    return StandingDesk(scene)


async def nothing(seen: Shown) -> None:
    pass


async def looked_through(seen: Shown) -> None:
    """The linter has read what is opened."""
    view = seen.app.views.screen("ncco")
    assert isinstance(view, NccoScreen)
    await seen.wait_for(lambda: bool(view.opened.look.findings or view.opened.look.lines))


async def runs(seen: Shown) -> None:
    """The opened script is run on a call."""
    await looked_through(seen)
    seen.scene.up(CALLEE, "CON-9", from_="447700900999")
    body = {"action": "transfer", "destination": {"type": "ncco", "ncco": MENU}}
    seen.scene.exchange("a9", "PUT", f"/v1/calls/{CALLEE}", 204, leg=CALLEE, body=body)
    seen.scene.clock.tick(0.1)
    view = seen.app.views.screen("ncco")
    assert isinstance(view, NccoScreen)
    view.running.look()
    await seen.wait_for(lambda: view.running.now is not None)


@dataclass(frozen=True)
class State:
    name: str
    desk: Callable[[], StandingDesk]
    keys: Sequence[str] = ()
    """Pressed where the view has what it shows."""
    view: str = ""
    """The key of the view."""
    at: str = ""
    """The row that the cursor is put on: the end of its key."""
    then: Sequence[str] = ()
    """Pressed when what was opened has been read."""
    wait: str = ""
    """What is seen once what was pressed is there."""
    ready: Callable[[Shown], Awaitable[None]] = nothing
    """What is waited for before `then`."""


VIEWS: Final = (
    State("webhooks", webhooks, view="3"),
    State("ncco", busy, view="4"),
    State("audit", hostile, view="0"),
)
"""As they are, with content: seen in every form."""

STATES: Final = (
    State("webhooks-none", quiet, view="3"),
    State("webhooks-filter-error", webhooks, ("slash", *"verdict:x"), view="3"),
    State("webhooks-failure", app_is_down, view="3"),
    State("webhooks-opened", webhooks, ("enter", "]"), view="3"),
    State("webhooks-signature", webhooks, ("j", "j", "j", "V"), view="3"),
    State("webhooks-question", webhooks, ("r",), view="3"),
    State("webhooks-editor", webhooks, ("e", "a"), view="3"),
    State("ncco-filter-none", busy, ("slash", *"name:zz", "enter"), view="4"),
    State("ncco-findings", busy, ("enter",), "4", "wrong.json", ("f",), "1/", looked_through),
    State(
        "ncco-writing",
        busy,
        ("enter",),
        "4",
        "broken.json",
        ("i", "end", *', "te'),
        "1:24 error",
        looked_through,
    ),
    State("ncco-flow", busy, ("enter",), "4", "menu.json", ("]",), "┌─ talk", looked_through),
    State("ncco-running", busy, ("enter",), "4", "menu.json", ("]",), "▶~", runs),
    State("audit-none", quiet, view="0"),
    State("audit-filter", busy, ("slash", *"stage:failed", "enter"), view="0"),
    State("audit-opened", busy, ("enter",), view="0", wait="← 200"),
    State("filter-suggestions", busy, ("slash", *"status:", "down")),
    State("filter-error", busy, ("slash", *"from:4477* & (dur>x")),
    State("command", busy, ("colon", *"tra", "down")),
    State("copy", busy, ("y",)),
    State("notice", busy, ("z",)),
)
"""Named states: in the dark, at every size."""


@asynccontextmanager
async def at(
    state: State, size: tuple[int, int], theme: str = "dark", *, in_ascii: bool = False
) -> AsyncIterator[Shown]:
    desk = state.desk()
    desk.context = replace(desk.context, theme=theme, ascii=in_ascii or None)
    async with shown(desk, size=size) as seen:
        if state.view:
            await seen.press(state.view)
        if state.view == "4":
            await seen.wait_for(lambda: "blocks" in seen.text)
        if state.at:
            rows = seen.app.screen.query_one(VirtualList)
            rows.select(next(key for key in rows.keys if key.endswith(state.at)))
        await seen.look()
        await seen.press(*state.keys)
        await state.ready(seen)
        await seen.press(*state.then)
        await seen.wait_for(lambda: state.wait in seen.text)
        for field in (*seen.app.screen.query(Input), *seen.app.screen.query(TextArea)):
            field.cursor_blink = False
        await seen.settle()
        yield seen


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with scripts in it; nothing of the real terminal is asked."""
    for name in ("TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    work = tmp_path / "work"
    (work / "nccos").mkdir(parents=True)
    (work / "menu.json").write_text(json.dumps(MENU, indent=2))
    (work / "wrong.json").write_text(WRONG)
    (work / "nccos" / "broken.json").write_text('[{"action": "talk"')
    (work / "nccos" / "日本語の長い長い長い長い長い長い名前.json").write_text("[]")
    monkeypatch.chdir(work)
    return tmp_path


(
    test_a_view_in_the_dark,
    test_a_view_with_more_room,
    test_a_view_in_another_form,
    test_a_state_that_has_a_name,
) = pictures_of(VIEWS, STATES, at)


@pytest.mark.slow
@in_every_size
async def test_the_audit_of_the_past(
    picture: SnapshotAssertion, size: tuple[int, int], here: Path
) -> None:
    assert await of_the_past(busy_floor(), "0", size, here) == picture
