"""Pictures of the calls, their ladder, their forms and questions, in each state that has a name.

`pytest tests/tui/test_look_calls.py --snapshot-update` makes them anew, on purpose; those that are
not marked slow are looked at on every run.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from console.config.context import Confirm, Frame
from console.desk.status import Connection
from tests.tui.scene import OURS, Scene, busy_floor, name_it
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

SIZES: Final = ((80, 24), (100, 30), (140, 42))
NAMES: Final = (
    "東京サポート窓口の会議室",
    "תמיכה בלקוחות",
    "دعم العملاء",
    "📞 help 🧑‍🚒 desk",
    "Zoe\u0308 of the very long name of a support queue in Llanfairpwllgwyngyll",
)


def hostile_floor() -> Scene:
    """Names that are wide, long or read from the right; many legs; errors that are long."""
    scene = Scene()
    for number, name in enumerate(NAMES):
        room = f"CON-{number}f5a2b10-0000-4000-8000-00000000000{number}"
        for place in range(1 + number % 3):
            leg = f"leg-{number}-{place}"
            scene.up(leg, room, from_=f"sip:{name}@office.example", to_=OURS)
        name_it(scene, f"leg-{number}-0", room, name)
        scene.asked(f"a{number}", "leg.say", leg=f"leg-{number}-0", text=name)
        path = f"/v1/calls/leg-{number}-0/talk"
        scene.exchange(
            f"a{number}", "PUT", path, 400, leg=f"leg-{number}-0", answer={"title": name * 3}
        )
    many = "CON-9f5a2b10-0000-4000-8000-000000000009"
    for place in range(40):
        scene.up(f"many-{place:02}", many, from_=f"4477009{place:05}")
    scene.status("leg-0-0", "", "failed", detail=NAMES[4], reason=NAMES[0])
    return scene


def quiet_desk(**changes: Any) -> StandingDesk:
    return StandingDesk(Scene(), **changes)


def busy_desk(**changes: Any) -> StandingDesk:
    return StandingDesk(busy_floor(), **changes)


def hostile_desk(**changes: Any) -> StandingDesk:
    return StandingDesk(hostile_floor(), **changes)


def prod_desk(**changes: Any) -> StandingDesk:
    """A production context whose credentials were refused."""
    desk = StandingDesk(busy_floor(), **changes)
    live = Frame(word="PROD", color="error")
    desk.context = replace(desk.context, frame=live, sandbox_url=None)
    desk.connection = Connection.REFUSED
    desk.trouble = "the API refused our credentials: see voice-console info"
    return desk


@dataclass(frozen=True)
class State:
    name: str
    desk: Callable[..., StandingDesk]
    keys: Sequence[str] = ()


STATES: Final = (
    State("calls-none", quiet_desk),
    State("calls-hostile", hostile_desk),
    State("calls-filter", busy_desk, ("slash", *"status:answered", "enter")),
    State("calls-filter-error", busy_desk, ("slash", *"from:4477* & (dur>x", "enter")),
    State("calls-marked", busy_desk, ("space", "j", "space", "X")),
    State("calls-refused-prod", prod_desk, ("o",)),
    State("ladder", busy_desk, ("enter",)),
    State("ladder-related", busy_desk, ("x",)),
    State("record", busy_desk, ("enter", "enter")),
    State("new-call", busy_desk, ("n", *"4477x")),
    State("transfer", busy_desk, ("t",)),
    State("say", busy_desk, ("s", *"Hello")),
    State("dtmf", busy_desk, ("d", *"12pp#")),
    State("pad", busy_desk, ("D", "1")),
    State("hang-up", busy_desk, ("X",)),
)


async def pictured(state: State, size: tuple[int, int], **context: Any) -> str:
    desk = state.desk(theme=context.pop("theme", "dark"), confirm=Confirm.ALWAYS)
    desk.context = replace(desk.context, **context)
    async with shown(desk, size=size) as seen:
        await seen.press(*state.keys)
        await rested(seen)
        return seen.app.export_screenshot()


async def rested(seen: Shown) -> None:
    """Wait until what tasks read is drawn, and no cursor blinks."""
    for field in seen.app.screen.query(Input):
        field.cursor_blink = False
    while any(task.get_name() in ("ladder", "effects") for task in asyncio.all_tasks()):
        await seen.pilot.pause()
    await seen.settle()


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(each, id=each.name)
        for each in STATES
        if each.name in ("calls-hostile", "ladder")
    ],
)
async def test_a_list_and_a_ladder(picture: SnapshotAssertion, state: State) -> None:
    assert await pictured(state, (80, 24)) == picture


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
async def test_every_state_in_the_dark(
    picture: SnapshotAssertion, state: State, size: tuple[int, int]
) -> None:
    assert await pictured(state, size) == picture


@pytest.mark.slow
@pytest.mark.parametrize("form", ["light", "mono", "ascii"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
async def test_every_state_in_the_other_forms(
    picture: SnapshotAssertion, state: State, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if form == "mono":
        monkeypatch.setenv("NO_COLOR", "1")
    forms: dict[str, dict[str, Any]] = {"light": {"theme": "light"}, "ascii": {"ascii": True}}
    assert await pictured(state, (80, 24), **forms.get(form, {})) == picture
