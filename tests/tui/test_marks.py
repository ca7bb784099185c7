"""Marks on legs, and an action on all of them."""

from console.floor.views import Stage
from console.tui.dialogs.several import SeveralDialog
from tests.tui.screen import Shown, shown

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format


def titles(seen: Shown) -> str:
    return str(seen.screen.calls.border_title)


async def test_marks_stay_on_their_legs_and_actions_go_to_all_of_them() -> None:
    async with shown() as seen:
        marks = seen.screen.marks
        await seen.press("space")
        first = seen.screen.target
        assert first is not None
        assert list(marks.legs) == [first.id]
        assert seen.row_with("■").startswith("■ ")
        await seen.press("space")
        assert (len(marks), titles(seen)) == (0, "Calls")
        # A conversation marks those of its legs that are not over.
        await seen.press("g", "space")
        assert list(marks.legs) == [LEG(1), LEG(2), LEG(3)]
        assert titles(seen) == "Calls · 3 marked"
        # Something else comes before them: the marks are on ids.
        seen.scene.up("new", "CON-0", from_="447700900777")
        await seen.settle()
        assert sum(row.startswith("■ ") for row in seen.rows) == 3
        # What takes one leg only is refused, and says so.
        await seen.press("D")
        assert "takes one leg, and 3 are marked" in seen.text
        assert seen.screen.reason(next(a for a in seen.screen.actions if a.id == "leg.pad"))
        await seen.press("m")
        dialog = seen.app.screen
        assert isinstance(dialog, SeveralDialog)
        assert "Mute · 2 of 3 marked legs" in seen.text
        assert "it is so already (mute)" in seen.text
        for number in (1, 2):
            assert f'PUT /v1/calls/{LEG(number)} {{"action": "mute"}}' in seen.text
        assert "2 requests, at most 15 a second: at once" in seen.text
        assert seen.desk.performer.started == []
        await seen.press("f6")
        assert '  "action": "mute"' in seen.text
        await seen.press("escape", "enter")
        wanted = [
            (action, target and target.id, args["want"])
            for action, target, args in seen.desk.performer.started
        ]
        assert wanted == [("leg.mute", LEG(number), "mute") for number in (1, 2)]
        assert "0 of 2 proven, 2 asked" in seen.text
        await seen.press("escape")
        assert "mute: 0 of 2 proven" in str(seen.screen.calls.border_subtitle)
        await seen.press("escape")
        assert len(marks) == 0


async def test_many_are_hung_up_only_after_a_yes_and_what_cannot_be_is_named() -> None:
    async with shown() as seen:
        await seen.press("g", "space")
        leg = seen.screen.source.leg(LEG(2))
        assert leg is not None
        seen.scene.status(LEG(2), leg.conversation or "", "completed")
        await seen.settle()
        await seen.press("X")
        assert "2 of 3 marked legs" in seen.text
        assert "this leg is over (completed)" in seen.text
        await seen.press("enter")
        assert seen.desk.performer.started == []
        await seen.press("X", "y")
        assert [target and target.id for _, target, _ in seen.desk.performer.started] == [
            LEG(1),
            LEG(3),
        ]
        await seen.press("escape")
        # A form comes first where there is one.
        await seen.press("d")
        assert "Send DTMF · 3 marked legs" in seen.text
        await seen.press("1", "2", "enter")
        assert isinstance(seen.app.screen, SeveralDialog)
        await seen.press("escape")
        assert len(seen.desk.performer.started) == 2
        assert seen.screen.clear_marks()
        assert Stage.PROVEN not in {each.stage for each in seen.desk.store.floor.attempts_of("new")}


async def test_an_undo_says_what_it_is_about() -> None:
    async with shown() as seen:
        label = next(a for a in seen.screen.actions if a.id == "undo")
        assert seen.screen.label(label) == "undo"
        await seen.press("z")
        assert "nothing was done in this session" in seen.text


async def test_the_rest_of_many_can_be_stopped_and_says_so() -> None:
    async with shown(size=(80, 24)) as seen:
        for number in range(12):
            seen.scene.up(f"leg-{number}", "CON-many", from_=f"4477009005{number:02}")
        await seen.settle()
        seen.screen.calls.select("c:CON-many")
        await seen.press("space", "M")
        assert "Earmuff · 12 of 12 marked legs" in seen.text
        await seen.press("enter")
        # Those that wait for their place in the pacing are few; the others are not asked for.
        assert len(seen.desk.performer.started) == 8
        assert "0 of 12 proven, 8 asked, 4 to come" in seen.text
        assert "waits for its turn" in seen.text
        assert "Esc stops the rest" in seen.text
        leg = seen.desk.performer.started[0][1]
        assert leg is not None
        path = f"/v1/calls/{leg.id}"
        seen.scene.asked("attempt-1", "leg.earmuff", leg=leg.id, want="earmuff")
        seen.scene.exchange("attempt-1", "PUT", path, 204, leg=leg.id, body={"action": "earmuff"})
        assert len(seen.desk.performer.started) == 9
        await seen.press("escape")
        assert len(seen.desk.performer.started) == 9
        assert isinstance(seen.app.screen, SeveralDialog)
        await seen.press("end", "escape")
        assert "3 not sent" in str(seen.screen.calls.border_subtitle)
