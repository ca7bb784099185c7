"""The main screen, driven by keys over a real store."""

import pytest

from console.actions.registry import Scope
from console.actions.target import Target
from console.config.context import Confirm
from console.journal.record import Kind, NewRecord
from console.tui.screens.view_screen import ViewScreen
from tests.tui.scene import busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format
ROOM = "CON-{0}f5a2b10-0000-4000-8000-00000000000{0}".format


async def test_the_first_screen_says_everything_that_matters_in_one_row() -> None:
    async with shown() as seen:
        status = seen.lines[0]
        for part in (
            "SANDBOX",
            "3 conversations",
            "5 legs",
            "1 waiting",
            "3.2 ev/s",
            "calls 1.0/3",
            "requests 4/15",
            "✓ api",
            "127.0.0.1:41234",
            "● rec 00:12:44",
        ):
            assert part in status
        assert "support-7" in seen.text
        row = seen.row_with("447700900456")
        for part in ("→ ←", "in", "answered", "transfer failed ✗"):
            assert part in row
        assert "· ←" in seen.row_with("447700900103")
        assert "mute accepted ✓" in seen.row_with("447700900103")
        assert "▶ talk" in seen.row_with("447700900001")
        assert "busy" in seen.row_with("447700900203")
        assert "PUT /v1/calls" in seen.text


async def test_what_stands_still_here_is_said_before_what_is_counted() -> None:
    desk = StandingDesk(busy_floor())
    desk.trouble = "webhooks not kept: disk full?"
    async with shown(desk, size=(80, 24)) as seen:
        assert desk.trouble in seen.lines[0]
        await seen.press("3")
        assert desk.trouble in seen.lines[0]


@pytest.mark.parametrize("size", [(80, 24), (140, 42), (60, 16), (20, 5), (200, 60)])
async def test_every_size_is_drawn(size: tuple[int, int]) -> None:
    async with shown(size=size) as seen:
        assert len(seen.lines) == size[1]
        await seen.pilot.resize_terminal(100, 30)
        await seen.settle()
        assert "support-7" in seen.text


async def test_a_low_terminal_shows_calls_before_events() -> None:
    async with shown(size=(40, 10)) as seen:
        assert seen.screen.calls.size.height >= 1
        await seen.pilot.resize_terminal(80, 12)
        await seen.settle()
        assert "answered" in seen.text
        await seen.press("tab", "+", "+")
        assert seen.app.screen.query_one("EventsPane").size.height > 1


async def test_details_are_beside_the_calls_where_there_is_room_and_behind_o_elsewhere() -> None:
    async with shown(size=(80, 24)) as seen:
        assert not seen.screen.details.display
        await seen.press("o")
        assert seen.screen.details.display
        assert not seen.screen.calls.display
        assert "+44 7700 900001" in seen.text
        await seen.press("escape")
        assert seen.screen.calls.display
        assert not seen.screen.details.display


async def test_full_details_show_only_the_events_of_what_is_selected() -> None:
    async with shown() as seen:
        await seen.press("o")
        shown_legs = {line.leg for line in seen.screen.events._lines}
        assert shown_legs == {LEG(1)}
        await seen.press("escape")
        assert len({line.leg for line in seen.screen.events._lines}) > 1


async def test_rows_are_walked_with_the_keys_of_the_registry() -> None:
    async with shown() as seen:
        assert seen.screen.target == Target.leg(LEG(1))
        await seen.press("j")
        assert seen.screen.target == Target.leg(LEG(2))
        await seen.press("k", "k")
        assert seen.screen.target == Target.conversation(ROOM(1))
        await seen.press("G")
        assert seen.screen.target == Target.leg(LEG(5))
        await seen.press("g", "down")
        assert seen.screen.target == Target.leg(LEG(1))


async def test_a_conversation_stays_in_sight_over_its_first_leg() -> None:
    async with shown(size=(80, 16)) as seen:
        calls = seen.screen.calls
        await seen.press("G")
        assert calls.top > 1, "there are more rows than fit"
        while seen.screen.target != Target.leg(LEG(1)):
            await seen.press("k")
        assert "support-7" in seen.text
        assert calls.top == 0
        calls.scroll_top(1)
        seen.scene.status(LEG(5), ROOM(3), "completed", direction="outbound")
        await seen.settle()
        calls.replace(calls.keys)
        assert calls.top == 0, "also where rows come and go"


async def test_the_selection_follows_its_leg_while_rows_move() -> None:
    async with shown() as seen:
        await seen.press("j", "j", "j", "j")
        assert seen.screen.target == Target.leg(LEG(4))
        line = seen.screen.calls.line_of_cursor().y
        seen.scene.status(LEG(1), ROOM(1), "completed")
        seen.scene.status(LEG(2), ROOM(1), "completed", direction="outbound")
        seen.scene.status(LEG(3), ROOM(1), "completed", direction="outbound")
        await seen.settle()
        assert seen.screen.target == Target.leg(LEG(4))
        assert seen.screen.calls.line_of_cursor().y < line, "the first conversation is over"
        await seen.press("m")
        assert not seen.desk.performer.started
        assert "refused" in seen.lines[0]
        await seen.look()
        await seen.press("m")
        assert seen.desk.performer.started == [("leg.mute", Target.leg(LEG(4)), {})]


async def test_a_cursor_that_nobody_moved_does_not_sink_with_a_call_that_is_over() -> None:
    async with shown() as seen:
        assert seen.screen.target == Target.leg(LEG(1))
        for leg in (1, 2, 3):
            seen.scene.status(LEG(leg), ROOM(1), "completed")
        await seen.settle()
        assert seen.screen.target == Target.leg(LEG(4))
        assert seen.screen.calls.top == 0
        await seen.press("m")
        assert "refused" in seen.lines[0], "another one stands under the cursor"


async def test_a_key_is_refused_for_300_ms_and_not_longer() -> None:
    async with shown() as seen:
        await seen.press("j")
        seen.screen.guard.row_moved()
        seen.scene.clock.tick(0.299)
        await seen.press("m")
        assert not seen.desk.performer.started
        seen.scene.clock.tick(0.001)
        await seen.press("m")
        assert [action for action, _, _ in seen.desk.performer.started] == ["leg.mute"]


async def test_moving_the_cursor_oneself_lifts_the_guard() -> None:
    async with shown() as seen:
        seen.screen.guard.row_moved()
        await seen.press("j", "m")
        assert seen.desk.performer.started == [("leg.mute", Target.leg(LEG(2)), {})]
        await seen.press("g")
        for stays in ("g", "k"):
            seen.screen.guard.row_moved()
            await seen.press(stays)
            assert not seen.screen.guard.refuses, "the user has seen the row and stays on it"


async def test_a_key_that_cannot_act_says_why() -> None:
    async with shown() as seen:
        await seen.press("2")
        assert "queues and agents: there is no such view yet" in seen.lines[0]
        await seen.press("G", "m")
        assert "mute: this leg is over" in seen.lines[0]
        await seen.press("g", "s")
        assert "select one of its legs" in seen.lines[0]
        assert not seen.desk.performer.started


@pytest.mark.parametrize(
    "row",
    [
        f"l:{LEG(1)}",
        # The keys are those of the view, whatever the row: the others take as long again.
        pytest.param(f"l:{LEG(5)}", marks=pytest.mark.slow),
        pytest.param(f"c:{ROOM(1)}", marks=pytest.mark.slow),
    ],
)
async def test_no_key_in_any_state_hangs_up_without_a_question(row: str) -> None:
    async with shown() as seen:
        for action in seen.screen.actions:
            if not action.keys or action.id == "quit":
                continue
            seen.screen.calls.select(row)
            seen.screen.calls.focus()
            await seen.press(action.keys[0])
            while seen.app.screen is not seen.screen:
                if isinstance(seen.app.screen, ViewScreen):
                    seen.screen.views.back()
                else:
                    seen.app.pop_screen()
            seen.screen.zoom.leave()
            seen.screen.typed.left("")
        started = {action for action, _, _ in seen.desk.performer.started}
        assert started <= {
            "leg.mute",
            "leg.earmuff",
            "leg.stop",
            "leg.digits",
            "leg.listen",
            "leg.hold",
            "reconcile",
            "bookmark",
        }


async def test_hang_up_asks_and_enter_alone_does_not() -> None:
    async with shown() as seen:
        await seen.press("X")
        assert "hang up this leg" in seen.text
        assert "all 3 live legs" in seen.text
        await seen.press("enter")
        assert not seen.desk.performer.started
        assert "not hung up" in seen.lines[0]
        await seen.press("X", "y")
        assert seen.desk.performer.started == [("leg.hangup", Target.leg(LEG(1)), {})]
        await seen.press("X", "c")
        assert seen.desk.performer.started[1][0] == "conversation.hangup"
        await seen.press("X", "n")
        assert len(seen.desk.performer.started) == 2


async def test_hang_up_stays_with_the_leg_that_was_under_the_cursor() -> None:
    async with shown() as seen:
        await seen.press("j", "X")
        seen.scene.up("late-leg", "CON-0000", from_="447700900999")
        await seen.settle()
        await seen.press("y")
        assert seen.desk.performer.started == [("leg.hangup", Target.leg(LEG(2)), {})]


async def test_a_context_that_never_asks_hangs_up_at_once() -> None:
    async with shown(StandingDesk(busy_floor(), confirm=Confirm.NEVER)) as seen:
        await seen.press("X")
        assert seen.desk.performer.started == [("leg.hangup", Target.leg(LEG(1)), {})]


async def test_paused_the_view_stands_still_and_counts() -> None:
    async with shown() as seen:
        await seen.press("p")
        before = seen.lines[1:]
        seen.scene.up("new-leg", "CON-new", from_="447700900777")
        seen.scene.clock.tick(5)
        await seen.settle()
        assert "PAUSED · 3 waiting" in seen.lines[0]
        assert seen.lines[1:-2] == before[:-2]
        await seen.press("p")
        assert "447700900777" in seen.text
        assert "PAUSED" not in seen.lines[0]


async def test_the_filter_shows_what_matches_and_acts_on_nothing() -> None:
    async with shown() as seen:
        await seen.press("slash", *"status:ringing")
        await seen.press("enter")
        assert "442079460123" in seen.text
        assert "447700900456" not in "\n".join(seen.rows)
        assert not seen.desk.performer.started
        assert seen.screen.calls.shown_legs == 1
        await seen.press("escape")
        assert "447700900456" in seen.text


async def test_a_filter_that_means_nothing_is_told_and_changes_nothing() -> None:
    async with shown() as seen:
        await seen.press("slash", *"colour:red", "enter")
        assert "there is no field" in seen.text
        assert seen.screen.calls.shown_legs == 6
        await seen.press("escape")
        assert seen.screen.prompt.sign == ""


async def test_a_command_is_typed_by_name_with_what_it_needs() -> None:
    async with shown() as seen:
        await seen.press("colon", *"say", "space", *"hold on", "enter")
        assert seen.desk.performer.started == [("leg.say", Target.leg(LEG(1)), {"text": "hold on"})]
        await seen.press("colon", *"mut", "tab", "enter")
        assert seen.desk.performer.started[1][0] == "leg.mute"
        await seen.press("colon", *"xyzzy", "enter")
        assert "there is no :xyzzy" in seen.text


async def test_help_lists_every_action_with_the_reason_and_the_status() -> None:
    async with shown(size=(140, 128)) as seen:
        await seen.press("G", "question_mark")
        for action in seen.screen.actions:
            assert action.help[:30] in seen.text
        assert "not now: this leg is over" in seen.text
        assert "busy" in seen.text
        await seen.press("escape")
        assert seen.app.screen is seen.screen


async def test_the_palette_finds_an_action_and_runs_it() -> None:
    async with shown() as seen:
        await seen.press("ctrl+p", *"earm")
        await seen.pilot.pause(0.3)
        await seen.press("enter")
        await seen.pilot.pause(0.2)
        assert [action for action, _, _ in seen.desk.performer.started] == ["leg.earmuff"]


async def test_enter_on_an_event_shows_its_record() -> None:
    async with shown() as seen:
        seen.screen.events.focus()
        await seen.press("G", "enter")
        await seen.settle()
        assert "Record 1 · webhook.event" in seen.text
        assert '"status": "started"' in seen.text


async def test_quit_asks_only_while_something_is_under_way() -> None:
    async with shown() as seen:
        await seen.press("q")
        assert seen.app.return_code == 0
    scene = busy_floor()
    scene.asked("a9", "leg.mute", leg=LEG(1), want="mute")
    async with shown(StandingDesk(scene)) as seen:
        await seen.press("q")
        assert "1 action had no answer yet" in seen.text
        await seen.press("enter")
        assert seen.app.screen is seen.screen
        await seen.press("q", "y")
        assert seen.app.return_code == 0


@pytest.mark.parametrize("key", ["m", "t", "s", "X", "n", "i"])
async def test_a_replay_steers_nothing(key: str) -> None:
    async with shown(StandingDesk(busy_floor(), replay=True)) as seen:
        await seen.press(key)
        assert "this is a replay" in seen.lines[0]
        assert not seen.desk.performer.started
        assert "▷ replay" in seen.lines[0]


async def test_the_footer_has_the_keys_of_the_registry_and_runs_them() -> None:
    async with shown() as seen:
        foot = "\n".join(seen.lines[-2:])
        for action in seen.screen.actions:
            # An undo stands there once there is something to undo.
            if action.footer and action.about is None:
                assert f"{action.label}" in foot
        await _press_footer(seen, "mute")
        assert [action for action, _, _ in seen.desk.performer.started] == ["leg.mute"]


async def _press_footer(seen: Shown, label: str) -> None:
    foot = [number for number, line in enumerate(seen.lines) if f" {label} " in line]
    y = foot[-1]
    x = seen.lines[y].index(f" {label} ") + 1
    await seen.pilot.click(offset=(x, y))
    await seen.settle()


@pytest.mark.slow
async def test_every_view_action_of_the_registry_is_known_to_the_screen() -> None:
    async with shown() as seen:
        for action in seen.screen.actions:
            if action.scope is Scope.VIEW and action.id != "quit":
                await seen.press("escape", "escape")
                seen.screen.action_run(action.id)
                await seen.settle()
                if seen.app.screen is not seen.screen:
                    await seen.press("escape")


async def test_what_the_api_told_otherwise_is_said_once() -> None:
    async with shown(size=(80, 24)) as seen:
        await seen.press("ctrl+r")
        ((action, target, args),) = seen.desk.performer.started
        assert (action, target, args) == ("reconcile", Target.leg(LEG(1)), {})
        scene = seen.scene
        scene.asked("r1", "reconcile", leg=LEG(1))
        await seen.settle()
        assert "reconciled" not in seen.lines[0], "it is only asked for"
        scene.add(
            NewRecord(
                kind=Kind.ACTION_DONE,
                at=scene.clock.now_ns(),
                mono=scene.clock.monotonic_ns(),
                exchange="r1",
                leg=LEG(1),
                meta={"action": "reconcile", "said": "answered here, completed at the API"},
            )
        )
        await seen.settle()
        assert "reconciled: answered here, completed at the API" in seen.lines[0]
        assert "reconcile proven" in seen.row_with("447700900001")


async def test_on_40_columns_an_event_keeps_its_kind() -> None:
    async with shown(size=(40, 24)) as seen:
        events = [line for line in seen.lines if "→  PUT" in line or "·  transfer" in line]
        assert any("transfer failed" in line for line in events)
        assert all("447700900" in line for line in events)
