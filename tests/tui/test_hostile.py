"""No byte from outside acts on the terminal, and none crashes the console."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.strip import Strip

from console.tui.cells import fit
from console.tui.cells import shown as shown_in
from console.tui.screens.record import RecordScreen
from tests.tui.scene import Scene
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

PAYLOADS = {
    "title": "\x1b]0;owned\x07",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "link": "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "answer": "\x1b[6n",
    "clear": "\x1b[2J\x1b[H",
    "colour": "\x1b[31mred\x1b[0m",
    "c1": "\x9b31m\x9d0;x\x9c",
    "carriage": "good\rbad",
    "newline": "one\ntwo",
    "tab": "a\tb",
    "backspace": "abc\b\b\b",
    "bell": "\x07",
    "null": "a\x00b",
    "bidi": "\u202e321\u202c",
    "zero width": "a\u200bb\u200d\ufeff",
    "markup": "[@click=app.bell]x[/]",
    "broken markup": "[/nope] [bold",
    "surrogate": "\ud800 \udfff",
}
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


ALL = "".join(PAYLOADS.values())


def add_hostile(scene: Scene, number: int, payload: str) -> None:
    """Legs and conversations whose every field that comes from outside holds the payload."""
    leg, room = f"leg-{number}", f"CON-{number}"
    ends: dict[str, Any] = {"from_": payload, "to_": payload, "network": payload, "rate": payload}
    scene.up(f"{leg}-a", room, **ends)
    scene.up(f"{leg}{payload}", f"{room}-{payload}", direction="outbound", **ends)
    scene.status(f"{leg}-a", room, "failed", detail=payload, reason=payload, **ends)
    scene.status(leg, room, "answered", direction=payload, **ends)
    scene.status(leg, room, payload, **ends)
    at = {"conversation_uuid": room, "timestamp": "2025-03-01T09:00:01.000Z"}
    scene.webhook(
        {
            "uuid": leg,
            "from": payload,
            "to": payload,
            "dtmf": {"digits": payload, "timed_out": False},
            "speech": {"results": [{"text": payload, "confidence": payload}]},
            **at,
        }
    )
    scene.webhook({"reason": payload, **at})
    scene.webhook(
        {
            "recording_url": f"https://x/{payload}",
            "recording_uuid": f"{number}{payload}",
            "size": 1,
            "start_time": "2025-03-01T09:00:00Z",
            "end_time": "2025-03-01T09:00:02Z",
            **at,
        }
    )
    scene.read_back(
        "",
        leg,
        room,
        conversation_name=payload,
        pressed=payload,
        playing={"kind": "talk", "text": payload, "remaining_ms": 9000},
    )
    scene.asked(f"a{number}", "leg.say", leg=leg, text=payload)
    scene.exchange(
        f"a{number}",
        "PUT",
        f"/v1/calls/{payload}",
        400,
        leg=leg,
        body={"text": payload},
        answer={"title": payload, "detail": payload},
    )
    scene.asked(f"b{number}", payload, conversation=room, want=payload)


def harmless(strip: Strip) -> None:
    wrong = [c for c in strip.text if unicodedata.category(c) in UNSAFE]
    assert not wrong, (wrong, strip.text)
    for segment in strip:
        assert not segment.control
        assert segment.style is None or not segment.style.meta.get("@click")


def check(seen: Shown) -> None:
    """The whole screen, whatever is on top."""
    width = seen.app.size.width
    for segments in seen.app.screen._compositor.render_strips():
        strip = Strip(segments)
        harmless(strip)
        assert cell_len(strip.text) == width


async def test_no_row_line_or_fact_passes_anything_on_to_the_terminal() -> None:
    scene = Scene()
    for number, payload in enumerate(PAYLOADS.values()):
        add_hostile(scene, number, payload)
    async with shown(StandingDesk(scene), size=(140, 200)) as seen:
        check(seen)
        assert r"\x1b[2J" in seen.text
        assert "[@click=app.bell]" in seen.text
        assert "[/nope]" in seen.text
        assert len(seen.screen.calls.keys) > 4 * len(PAYLOADS)
        for row in seen.screen.calls.keys:
            seen.screen.calls.select(row)
            seen.screen._draw_details()
            for y in range(seen.screen.details.size.height):
                harmless(seen.screen.details.render_line(y))


@pytest.mark.slow
async def test_no_dialog_passes_anything_on_to_the_terminal() -> None:
    scene = Scene()
    add_hostile(scene, 1, ALL)
    desk = StandingDesk(scene)
    desk.trouble = ALL
    async with shown(desk) as seen:
        for row in ("l:leg-1", "c:CON-1"):
            seen.screen.calls.select(row)
            seen.screen.guard.user_moved()
            for key in ("question_mark", "t", "s", "X", "y", "D", "n", "enter"):
                await seen.press(key)
                check(seen)
                await seen.press("escape")
        seen.screen.calls.select("l:leg-1")
        await seen.press("y", "i")
        check(seen)
        desk.performer.wrong = (ALL,)
        await seen.press("s", "x", "enter")
        check(seen)
        await seen.press("escape", "slash", "x", "enter")
        check(seen)
        seen.screen.typed.apply_filter("")
        for record in scene.records[::3]:
            seen.app.push_screen(RecordScreen(record))
            await seen.pilot.pause()
            check(seen)
            seen.app.pop_screen()


@given(st.text(max_size=60), st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_any_text_fills_its_cells_exactly_and_harmlessly(text: str, width: int) -> None:
    cells = shown_in(text, width)
    assert cell_len(cells) == width
    assert not [c for c in cells if unicodedata.category(c) in UNSAFE]
    assert cell_len(fit(cells, width)) == width
