"""Looking for something in the texts that one opens, and the wheel of the mouse over them."""

import json
from pathlib import Path

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.widget import Widget

from console.journal.record import Kind
from console.tui.screens.record import RecordScreen
from tests.tui.scene import Scene
from tests.tui.screen import Shown, shown
from tests.tui.test_webhooks_screen import Receiver, a_desk, event


def long_webhook() -> Scene:
    """One webhook with ninety fields that nobody knows, among them three parcels."""
    scene = Scene()
    hooks = Receiver(scene)
    more = {f"field_{number}": "parcel" if number % 40 == 5 else "x" for number in range(90)}
    hooks.replied(hooks.came(Kind.EVENT, event(scene, "answered", **more)))
    return scene


async def goes_through(seen: Shown, text: str) -> None:
    """Type what to look for, go through its three places in a circle, and leave the search."""
    await seen.press("slash", *text)
    assert "3 found" in seen.text
    await seen.press("enter")
    for key, place in (("n", 2), ("n", 3), ("N", 2), ("N", 1), ("N", 3)):
        await seen.press(key)
        assert f"{place} of 3 · {text!r}" in seen.text, key
        assert text in seen.text.replace(f"{text!r}", ""), "the place is in sight"
    assert seen.desk.performer.started == []
    await seen.press("slash", *"?", "enter")
    assert "is nowhere in this text" in seen.text
    await seen.press("escape")


async def test_an_opened_webhook_and_a_record_are_searched() -> None:
    async with shown(a_desk(long_webhook()), size=(80, 24)) as seen:
        await seen.press("3")
        await seen.wait_for(lambda: "answered" in seen.text)
        await seen.press("enter")
        assert "webhooks > answered" in seen.lines[0]
        await goes_through(seen, "parcel")
        assert seen.screen.views.screen("webhook").depth, "Esc left the search only"
        assert seen.app.focused is not None
        before = seen.text
        await wheel(seen, seen.app.focused, -3)
        assert seen.text != before
        assert seen.desk.performer.started == []
        await seen.press("escape", "1", "enter")
        await seen.wait_for(lambda: "answered" in seen.text and seen.screen.views.here == "ladder")
        await seen.press("enter")
        await seen.wait_for(lambda: isinstance(seen.app.screen, RecordScreen))
        await goes_through(seen, "parcel")
        assert isinstance(seen.app.screen, RecordScreen)


async def test_the_text_of_an_ncco_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = [f"parcel {number}" if number % 15 == 5 else "Hello" for number in range(40)]
    ncco = [{"action": "talk", "text": each} for each in says]
    (tmp_path / "long.json").write_text(json.dumps(ncco, indent=1))
    monkeypatch.chdir(tmp_path)
    async with shown(size=(100, 30)) as seen:
        await seen.press("4")
        await seen.wait_for(lambda: "long.json" in seen.text)
        await seen.press("slash", *"name:long", "enter")
        await seen.press("enter")
        await seen.wait_for(lambda: '"action"' in seen.text)
        await goes_through(seen, "parcel")
        assert (tmp_path / "long.json").read_text() == json.dumps(ncco, indent=1)


async def wheel(seen: Shown, over: Widget, by: int) -> None:
    """Turn the wheel over a pane."""
    x, y = over.region.x + 2, over.region.y + 2
    kind = MouseScrollDown if by > 0 else MouseScrollUp
    for _ in range(abs(by)):
        turned = kind(None, x, y, 0, by, 0, False, False, False, screen_x=x, screen_y=y)
        seen.app.post_message(turned)
    await seen.settle()


async def test_the_wheel_moves_what_is_under_the_mouse() -> None:
    async with shown(a_desk(long_webhook()), size=(80, 24)) as seen:
        for number in range(40):
            seen.scene.up(f"leg-{number:02}", f"CON-{number:02}", from_=f"4477009{number:05}")
        await seen.settle()
        calls, events = seen.screen.calls, seen.screen.events
        focus, begun = seen.app.focused, calls.top
        await wheel(seen, calls, 3)
        assert calls.top > begun
        assert events.top == 0
        assert seen.app.focused is focus
        await wheel(seen, calls, -3)
        assert calls.top == begun
        await wheel(seen, events, 2)
        assert events.top > 0
        assert calls.top == begun
        # A text in a box.
        await seen.press("question_mark")
        before = seen.text
        await wheel(seen, seen.app.screen.query_one("#text"), 3)
        assert seen.text != before
        await wheel(seen, seen.app.screen.query_one("#text"), -3)
        assert seen.text == before
