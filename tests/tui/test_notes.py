"""`;` and `*`: on a leg, on a line of its ladder, on a webhook."""

from console.actions.target import Target
from console.journal.record import Kind
from tests.tui.scene import busy_floor
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk
from tests.tui.test_webhooks_screen import Receiver, called

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format


async def test_a_note_goes_to_what_is_under_the_cursor() -> None:
    scene = busy_floor()
    Receiver(scene).came(Kind.ANSWER, called())
    seq = str(scene.records[-1].seq)
    async with shown(StandingDesk(scene)) as seen:
        started = seen.desk.performer.started
        await seen.press(";", *"hi", "enter", "ctrl+s")
        await seen.press("*")
        assert [(action, target) for action, target, _ in started] == [
            ("note", Target.leg(LEG(1))),
            ("bookmark", Target.leg(LEG(1))),
        ]
        assert started[0][2]["text"] == "hi"
        await seen.press("3")
        await seen.wait_for(lambda: "Webhooks 2" in seen.text)
        await seen.look()
        await seen.press("*")
        assert started[-1] == ("bookmark", Target.leg(LEG(1)), {"of": seq})
        await seen.press(*":note odd", "enter")
        assert started[-1][2] == {"text": "odd", "of": seq}
        await seen.press("L")
        await seen.settle()
        await seen.look()
        await seen.press("G", "*")
        assert started[-1][0] == "bookmark"
        assert started[-1][2]["of"].isdecimal()
