"""The dialogs, driven by keys: what they ask, check while it is typed, and send."""

import pytest
from textual.events import Paste
from textual.widgets import Input

from console.actions.form import Wrong
from console.actions.forms import FORMS
from console.actions.target import Target
from console.tui.dialogs.choice import Choice
from console.tui.dialogs.matches import Match, _score
from tests.tui.screen import Shown, shown

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format


def started(seen: Shown) -> list[tuple[str, Target | None, dict[str, str]]]:
    return [(action, target, dict(args)) for action, target, args in seen.desk.performer.started]


async def test_say_counts_and_sends_what_was_typed_to_the_leg_it_was_opened_on() -> None:
    async with shown() as seen:
        await seen.press("s", *"hold on")
        assert "7 of 1,500 characters" in seen.text
        assert "Say · 447700900001" in seen.text
        seen.screen.calls.select(f"l:{LEG(3)}")
        await seen.press("enter")
        action, target, args = started(seen)[0]
        assert (action, target) == ("leg.say", Target.leg(LEG(1)))
        assert args.items() >= {"text": "hold on", "language": "en-US", "loop": "1"}.items()


async def test_what_is_wrong_is_said_while_it_is_typed_and_nothing_is_sent() -> None:
    async with shown() as seen:
        await seen.press("s")
        assert "· Text: needed" in seen.text
        await seen.press("enter")
        assert "✗ Text: needed" in seen.text
        seen.desk.performer.wrong = ("the text has 1501 characters; at most 1500 are spoken",)
        await seen.press("x")
        assert "✗ the text has 1501 characters" in seen.text
        await seen.press("enter", "escape")
        assert not started(seen)


async def test_transfer_offers_live_conversations_while_one_types() -> None:
    async with shown() as seen:
        await seen.press("t")
        assert "support-7" in seen.text
        await seen.press(*"supp", "down", "enter")
        assert seen.app.screen.query_one("#field-value", Input).value == "support-7"
        await seen.press("enter")
        assert started(seen)[0][2]["kind"] == "conversation"
        assert started(seen)[0][2]["value"] == "support-7"


@pytest.mark.parametrize(
    ("keys", "kind", "value"),
    [
        (("right",), "number", "447700900123"),
        (("right", "right"), "ncco", '[{"action":"wait"}]'),
        (("left",), "url", "https://app.example/ncco"),
        (("u",), "url", "https://app.example/ncco"),
    ],
)
async def test_transfer_goes_to_each_kind_of_place(
    keys: tuple[str, ...], kind: str, value: str
) -> None:
    async with shown() as seen:
        await seen.press("t", "shift+tab", *keys)
        field = seen.app.screen.query_one("#field-value", Input)
        field.focus()
        field.value = value
        await seen.press("enter")
        assert started(seen)[0][2] | {"from": ""} == {"kind": kind, "value": value, "from": ""}


async def test_a_new_call_asks_for_all_it_needs() -> None:
    async with shown() as seen:
        await seen.press("n", *"447700900123")
        assert "New call" in seen.text
        await seen.press("tab")
        assert "447700900000" in seen.text, "our numbers are offered"
        await seen.press("enter")
        action, _, args = started(seen)[0]
        assert action == "call.create"
        assert args["to"] == "447700900123"
        assert args["kind"] == "say"


async def test_another_kind_of_script_starts_empty() -> None:
    async with shown() as seen:
        await seen.press("n", "1", "tab", "tab", "right")
        assert seen.app.screen.query_one("#field-value", Input).value == ""


async def test_the_pad_sends_each_key_at_once_until_it_is_left() -> None:
    async with shown() as seen:
        await seen.press("D", "1", "number_sign", "x", "p")
        assert started(seen) == [
            ("leg.pad", Target.leg(LEG(1)), {"digits": digit}) for digit in ("1", "#", "p")
        ]
        assert "1#p" in seen.text
        await seen.press("escape")
        assert seen.app.screen is seen.screen


async def test_the_pad_says_when_its_leg_is_over() -> None:
    async with shown() as seen:
        await seen.press("D", "1")
        seen.scene.status(LEG(1), "CON-1f5a2b10-0000-4000-8000-000000000001", "completed")
        await seen.press("2")
        assert "this leg is over" in seen.text
        assert len(started(seen)) == 1


@pytest.mark.parametrize("key", ["s", "t", "n", "d", "D", "X", "y", "i", "question_mark"])
async def test_escape_leaves_every_dialog_and_nothing_happened(key: str) -> None:
    async with shown(size=(80, 24)) as seen:
        await seen.press(key)
        assert seen.app.screen is not seen.screen
        await seen.press("escape")
        assert seen.app.screen is seen.screen
        assert seen.app.closed == 1
        assert not started(seen)


async def test_the_answers_of_a_question_are_walked_with_the_row_keys_and_the_mouse() -> None:
    async with shown() as seen:
        await seen.press("X", "k", "k", "enter")
        assert started(seen)[0][0] == "leg.hangup"
        await seen.press("X", "down", "down", "enter")
        assert started(seen)[1][0] == "conversation.hangup"


def test_what_begins_like_the_typed_text_comes_first() -> None:
    names = ["help", "transfer", "stream", "hangup"]
    ordered = sorted(names, key=lambda name: -_score("tr", Match(name, "")))
    assert ordered[0] == "transfer"
    assert _score("CON-8f", Match("support", "CON-8f5a · 3 live")) > 0
    assert _score("zzz", Match("support", "CON-8f5a")) == 0


@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
async def test_every_word_of_a_choice_is_in_sight(size: tuple[int, int]) -> None:
    async with shown(size=size) as seen:
        await seen.press("n")
        (field,) = (each for each in FORMS["call"].fields if each.name == "kind")
        for word in field.choices:
            assert f"○ {word}" in seen.text or f"● {word}" in seen.text, seen.text
        (choice,) = (each for each in seen.app.screen.query(Choice) if each.value == field.default)
        await seen.pilot.click(
            choice,
            offset=(
                next(line for line in seen.lines if "○ block" in line).index("block")
                - choice.region.x,
                0,
            ),
        )
        await seen.settle()
        assert choice.value == field.choices[-1]


async def test_enter_goes_to_the_first_field_at_fault_and_its_request_is_shown_by_a_key() -> None:
    async with shown(size=(80, 24)) as seen:
        await seen.press("n", *"+44 7700 900123")
        assert "a phone: +44 7700 900123. sent as 447700900123: digits" in seen.text
        for field in FORMS["call"].fields:
            assert field.label in seen.text, f"{field.label}\n{seen.text}"
        await seen.press("f1")
        assert "Keys of this place: New call" in seen.text
        assert "Show the requests that would be sent now." in seen.text
        assert "it belongs to the form of say" in seen.text
        await seen.press("escape")
        seen.desk.performer.wrong = (Wrong("End after is a number of seconds", "length"),)
        await seen.press("f6")
        assert "nothing can be sent yet: End after is a number" in seen.text
        await seen.press("f2")
        assert "✗ End after" in seen.text
        focused = seen.app.screen.focused
        assert focused is not None
        assert focused.id == "field-length"
        assert not started(seen)
        seen.desk.performer.wrong = ()
        await seen.press("ctrl+o")
        assert "New call · what is sent" in seen.text
        assert "POST /v1/calls" in seen.text
        assert '"number": "+44 7700 900123"' in seen.text
        await seen.press("escape")
        assert "New call" in seen.text
        # What was typed is there again when the form was left, until it is sent.
        await seen.press("escape", "n")
        assert "as you left it" in seen.text
        assert seen.app.screen.query_one("#field-to", Input).value == "+44 7700 900123"
        assert seen.app.screen.focused is seen.app.screen.query_one("#field-to"), "not in From"
        await seen.press("f2", "n")
        assert started(seen)[0][2]["to"] == "+44 7700 900123"
        assert seen.app.screen.query_one("#field-to", Input).value == ""


async def test_digits_are_told_with_the_time_they_take() -> None:
    async with shown() as seen:
        await seen.press("d", *"12pp#")
        assert "3 tones, 1 s of pauses (p): about 1.6 s. 5 of 200 digits" in seen.text


async def test_what_is_behind_a_dialog_goes_on() -> None:
    async with shown(size=(100, 30)) as seen:
        await seen.press("f8")
        assert "Which one?" in seen.text
        ages = set()
        for _ in range(3):
            seen.scene.clock.tick(10)
            await seen.settle()
            ages.add(next(line.split()[3] for line in seen.lines if "support-7" in line))
        assert len(ages) == 3
        assert "Which one?" in seen.text


async def test_what_is_behind_two_dialogs_goes_on() -> None:
    async with shown(size=(100, 30)) as seen:
        await seen.press("t", *"room", "f6")
        assert "what is sent" in seen.text
        ages = set()
        for _ in range(3):
            seen.scene.clock.tick(10)
            await seen.settle()
            ages.add(next(line.split()[3] for line in seen.lines if "support-7" in line))
        assert len(ages) == 3
        assert "what is sent" in seen.text


async def test_all_lines_of_what_is_pasted_are_taken() -> None:
    async with shown() as seen:
        await seen.press("s")
        seen.app.post_message(Paste("Please hold.\r\nWe are\twith you\nat once.\n"))
        await seen.settle()
        field = seen.app.screen.query_one("#field-text", Input)
        assert field.value == "Please hold. We are with you at once."
        await seen.press("enter")
        assert started(seen)[0][2]["text"] == "Please hold. We are with you at once."
        await seen.press(":")
        seen.app.post_message(Paste("say one\ntwo"))
        await seen.settle()
        assert seen.app.screen.query_one("#prompt-input", Input).value == "say one two"
