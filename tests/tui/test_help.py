"""What `?` teaches, and the five keys of the first start."""

import pytest

from console.tui.status_lines import status_lines
from console.voice.statuses import Status
from tests.tui.scene import busy_floor
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format


@pytest.mark.parametrize("status", Status)
def test_every_status_is_explained(status: Status) -> None:
    lines = dict(status_lines(status))
    assert lines[status.value].endswith(".")
    assert lines.keys() >= {"caused by", "then", "may follow"}
    assert "costs" not in lines
    assert status_lines(None) == ()


def test_a_leg_adds_why_and_what_it_costs() -> None:
    scene = busy_floor()
    floor = scene.store.floor
    busy, ringing = floor.leg(LEG(5)), floor.leg(LEG(6))
    assert busy is not None
    assert ringing is not None
    assert dict(status_lines(Status.BUSY, busy))["costs"] == "0.00 EUR for 0 s"
    assert "come with completed" in dict(status_lines(Status.RINGING, ringing))["costs"]
    scene.status(
        LEG(6), "CON-4", "failed", detail="cannot_route", rate="0.0100", from_="442079460123"
    )
    failed = scene.store.floor.leg(LEG(6))
    lines = dict(status_lines(Status.FAILED, failed))
    assert "the destination is not supported" in lines["failed"]
    assert lines["costs"] == "0.0100 EUR a minute; the price comes with completed"
    assert lines["may follow"] == "completed"


async def test_help_shows_the_keys_of_this_place_first_and_why_one_is_dimmed() -> None:
    async with shown(StandingDesk(busy_floor()), size=(100, 140)) as seen:
        seen.screen.calls.select(f"l:{LEG(6)}")
        await seen.press("question_mark")
        text = seen.text
        place = [
            text.index(words)
            for words in (
                "ringing",
                "may follow",
                "Keys of this place: calls",
                "Mute the leg",
                "not now: this leg is ringing; mute needs an answered leg",
                "Keys of every place",
                "Close the console",
            )
        ]
        assert place == sorted(place)
        await seen.press("escape", "0", "question_mark")
        assert "Keys of this place: audit" in seen.text
        assert "Mute the leg" not in seen.text


@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
async def test_the_first_start_shows_five_keys_which_give_way(size: tuple[int, int]) -> None:
    told: list[str] = []
    async with shown(size=size, welcomed=lambda: told.append("shown")) as seen:
        assert told == ["shown"]
        assert "Five keys to begin with" in seen.text
        assert "? " in seen.text
        await seen.press("m")
        assert "Five keys" not in seen.text
        assert [each[0] for each in seen.desk.performer.started] == ["leg.mute"]
    async with shown(size=size) as seen:
        assert "Five keys" not in seen.text
