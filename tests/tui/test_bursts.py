"""Keys that come faster than they are handled: pasted, or typed while the machine is busy."""

from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input

from console.actions.forms import FORMS
from console.actions.registry import Action, Scope, actions_of
from console.actions.target import Target
from tests.tui.screen import Shown, press_at_once, shown
from tests.tui.test_time_machine import arrive, travelling

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9001"
ACTS = "mMHX.zZstdDRnl"
"""Letters that do something to a call where they are keys."""


async def on_a_leg(seen: Shown) -> None:
    assert seen.screen.calls.aim(Target.leg(LEG))
    await seen.look()


def opens_a_form(action: Action) -> bool:
    """Whether its key opens a form; else it does something at once."""
    return bool(action.keys and action.form) and not FORMS[action.form or ""].at_once


async def test_what_follows_a_colon_or_a_slash_is_text() -> None:
    async with shown() as seen:
        await press_at_once(seen, ":", *"dtmX")
        assert seen.screen.prompt.sign == ":"
        assert ":  dtmX" in seen.text or "dtmX" in seen.lines[-3] + seen.lines[-2] + seen.lines[-1]
        assert not seen.desk.performer.started
        await seen.press("escape")
        await press_at_once(seen, "/", *"status:ringing/x:m")
        assert seen.screen.prompt.sign == "/"
        assert "status:ringing/x:m" in seen.text
        assert not seen.desk.performer.started
        assert seen.app.screen is seen.screen
        await seen.press("escape")
        assert seen.screen.prompt.sign == ""


async def test_what_follows_a_key_that_opens_a_form_is_for_the_form() -> None:
    """Every action of the registry with a form in which one types at once."""
    async with shown() as seen:
        await on_a_leg(seen)
        typed_in = []
        for action in actions_of("calls"):
            before = len(seen.desk.performer.started)
            if not opens_a_form(action) or action.scope is not Scope.DESK:
                continue
            await press_at_once(seen, action.keys[0], *ACTS)
            if isinstance(seen.app.focused, Input):
                assert seen.app.focused.value.endswith(ACTS), action.id
                typed_in.append(action.id)
            assert seen.desk.performer.started[before:] == [], action.id
            while seen.app.screen is not seen.screen:
                await seen.press("escape")
        assert {"leg.say", "leg.dtmf", "call.create", "call.dialin"} <= set(typed_in)


async def test_a_form_is_filled_and_sent_in_one_burst() -> None:
    async with shown() as seen:
        await on_a_leg(seen)
        await press_at_once(seen, "s", *"Move my parcel", "enter", "d", *"12#", "enter")
        sent = [(action, args) for action, _, args in seen.desk.performer.started]
        assert [action for action, _ in sent] == ["leg.say", "leg.dtmf"]
        assert sent[0][1]["text"] == "Move my parcel"
        assert sent[1][1]["digits"] == "12#"
        assert seen.app.screen is seen.screen
        seen.app.post_message(Paste("/"))
        await press_at_once(seen, "s")
        seen.app.post_message(Paste("Hold on, X"))
        await press_at_once(seen, "!", "enter")
        assert seen.desk.performer.started[-1][2]["text"] == "Hold on, X!"


async def test_what_was_typed_for_a_form_that_does_not_open_is_for_nothing() -> None:
    async with shown() as seen:
        ended = next(leg for leg in seen.screen.calls.keys if leg.endswith("005"))
        seen.screen.calls.select(ended)
        await seen.look()
        await press_at_once(seen, "s", *"my text", "n")
        assert seen.app.screen is seen.screen
        assert "say:" in seen.lines[0]
        assert seen.desk.performer.started == []
        await seen.press("n")
        assert seen.app.screen is not seen.screen, "the next key is a key again"


async def test_a_question_gets_the_answer_that_follows() -> None:
    async with shown() as seen:
        await on_a_leg(seen)
        await press_at_once(seen, "X", "m", "enter", "m")
        assert [action for action, _, _ in seen.desk.performer.started] == ["leg.mute"]
        await press_at_once(seen, "X", "y")
        assert [action for action, _, _ in seen.desk.performer.started][1:] == ["leg.hangup"]


async def test_views_that_open_get_the_keys_that_follow() -> None:
    async with shown() as seen:
        await press_at_once(seen, "0", "slash", *"mute", "enter")
        assert seen.app.views.here == "audit"
        assert "1 shown" in seen.text or "mute" in seen.text
        await press_at_once(seen, "escape", "escape", "m")
        assert [action for action, _, _ in seen.desk.performer.started] in ([], ["leg.mute"])
        await press_at_once(seen, "ctrl+p", *"hang")
        assert isinstance(seen.app.focused, Input)
        assert seen.app.focused.value == "hang"
        await seen.press("escape")


@pytest.mark.parametrize("key", ["M", "m"])
async def test_what_follows_the_key_of_the_past_is_for_the_past(key: str, tmp_path: Path) -> None:
    async with travelling(tmp_path) as (seen, past):
        await seen.press("ctrl+t")
        await seen.wait_for(lambda: "PAST" not in seen.lines[0])
        await on_a_leg(seen)
        seen.desk.performer.started.clear()
        await press_at_once(seen, "ctrl+t", key)
        await seen.wait_for(lambda: "PAST" in seen.lines[0])
        assert seen.desk.performer.started == []
        await arrive(seen, past)
