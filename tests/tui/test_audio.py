"""`l` on a call, the level meters in its rows, and the view of what is listened to."""

from pathlib import Path

import pytest

from console.actions.registry import BY_ID
from console.actions.target import Target
from console.audio.frames import to_bytes
from console.listening.aim import Aim
from console.listening.output import MiniaudioOutput, NoSpeakers
from console.listening.room import Listening
from console.listening.session import Session
from console.tui.meters import block, meter
from tests.fake_clock import FakeClock
from tests.listening.platform_socket import tone
from tests.tui.scene import Scene, busy_floor, name_it
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format
CON = "CON-{0}f5a2b10-0000-4000-8000-00000000000{0}".format


def no_card() -> MiniaudioOutput:
    raise NoSpeakers("no sound device")


@pytest.fixture
def desk() -> StandingDesk:
    standing = StandingDesk(busy_floor())
    standing.listening = Listening(standing.clock, no_card)
    return standing


def hear(desk: StandingDesk, folder: Path, leg: str, seconds: float = 1.0) -> Session:
    assert desk.listening is not None
    session = desk.listening.begin(f"a-{leg}", Aim(leg, "support-7", leg), leg, folder / "x.wav")
    line = session.new_line()
    for start in range(0, round(seconds * 16_000), 320):
        line.sounded(to_bytes(tone(440, seconds)[start : start + 320]))
    return session


def test_levels_are_read_by_height() -> None:
    assert [block(level) for level in (-96.0, -60.0, -33.0, -6.0, 0.0)] == list("▁▁▅██")
    assert meter((-96.0, -6.0), 5) == "   ▁█"
    assert meter((-6.0,) * 9, 5) == "█" * 5
    assert meter((), 2) == "  "


async def test_listen_and_what_must_happen_first(desk: StandingDesk) -> None:
    async with shown(desk) as seen:
        assert seen.screen.calls.aim(Target.leg(LEG(1)))
        await seen.look()
        name_it(seen.scene, LEG(1), CON(1), "support-7")
        await seen.press("l")
        assert desk.performer.started[-1] == ("leg.listen", Target.leg(LEG(1)), {})


async def test_a_call_without_a_name_asks_and_no_is_the_default() -> None:
    scene = Scene(FakeClock())
    scene.up(LEG(1), CON(1))
    scene.up(LEG(2), CON(1), from_="447700900002")
    desk = StandingDesk(scene)
    desk.listening = Listening(scene.clock)
    async with shown(desk) as seen:
        assert seen.screen.calls.aim(Target.leg(LEG(1)))
        await seen.look()
        await seen.press("l")
        assert "in no named conversation" in seen.text
        assert "447700900001, 447700900002" in seen.text
        await seen.press("enter")
        assert desk.performer.started == []
        assert "not listened to" in seen.text
        await seen.press("l", "j")
        assert desk.performer.started[-1][2] == {"prepare": "join"}
        await seen.press("l", "t")
        assert desk.performer.started[-1][2] == {"prepare": "move"}


async def test_meters_change_in_place(desk: StandingDesk, tmp_path: Path) -> None:
    async with shown(desk) as seen:
        assert desk.listening is not None
        for level in (-96.0, -60.0, -33.0, -20.0, -6.0):
            desk.listening.report({LEG(1): level})
        await seen.pilot.pause()
        row = next(row for row in seen.rows if "▁▁▅▆█" in row)
        hear(desk, tmp_path, LEG(1))
        await seen.pilot.pause()
        assert "LSN" in next(row for row in seen.rows if "▁▁▅▆█" in row)
        assert "LSN" not in row


async def test_only_rows_in_sight_are_looked_at() -> None:
    scene = Scene(FakeClock())
    for number in range(300):
        scene.status(f"leg-{number}", f"CON-{number}", "answered", direction="outbound")
    desk = StandingDesk(scene)
    desk.listening = Listening(scene.clock)
    async with shown(desk) as seen:
        asked: list[str] = []
        of = desk.listening.levels.of

        def counted(key: str, count: int = 5) -> tuple[float, ...]:
            asked.append(key)
            return of(key, count)

        desk.listening.levels.of = counted  # type: ignore[method-assign]  # to count
        seen.screen.calls.meter()
        assert 0 < len(asked) <= seen.screen.calls.size.height


async def test_the_view_says_how_to_begin_and_then_shows_what_is_heard(
    desk: StandingDesk, tmp_path: Path
) -> None:
    async with shown(desk) as seen:
        await seen.press("5")
        assert "Nothing is listened to." in seen.text
        assert "press" not in seen.text
        await seen.press("escape")
        session = hear(desk, tmp_path, LEG(1))
        session.key_told("7")
        await seen.press("5")
        await seen.wait_for(lambda: "no sound device" in seen.text)
        text = seen.text
        for part in ("one leg", "live", "-15 dB", "50 in, 0 missing", "7  told", "x.wav", "█"):
            assert part in text, part
        assert "447700900001" in next(line for line in seen.lines if "one leg" in line)
        await seen.press("v")
        assert "speakers off" in seen.text
        await seen.press("v", "{", "{")
        assert desk.listening is not None
        assert desk.listening.speakers.volume_db == -6
        await seen.look()
        await seen.press("l")
        assert desk.performer.started[-1] == ("leg.listen", Target.leg(LEG(1)), {})
        session.end("left")
        await seen.wait_for(lambda: "ended: left" in seen.text)
        await seen.press("enter")
        assert "it is over" in seen.text
        await session.tape.close()


async def test_what_is_wrong_with_the_sound_is_named(desk: StandingDesk, tmp_path: Path) -> None:
    async with shown(desk, size=(80, 24)) as seen:
        session = hear(desk, tmp_path, LEG(1))
        session.sides.watch((LEG(1), LEG(2)))
        for _ in range(35):
            session.sides.told(LEG(1), -20.0)
        line = session.line
        assert line is not None
        line.sounded(bytes(160))
        line.sounded(b"\xff\x7f" * 1_600)
        await seen.press("5")
        await seen.wait_for(lambda: "2 of a wrong size" in seen.text)
        assert "one-way" in seen.text
        assert "clipping" in seen.text
        assert "frame 50: 160 bytes" in seen.text
        await session.tape.close()


async def test_a_replay_has_no_such_view() -> None:
    async with shown(StandingDesk(busy_floor(), replay=True)) as seen:
        assert not [action for action in seen.screen.actions if action.id == "audio.view"]
        await seen.press("5")
        assert "Nothing is listened to." not in seen.text
        assert seen.screen.reason(BY_ID["leg.listen"]) == "this is a replay"
