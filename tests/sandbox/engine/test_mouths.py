"""What far ends say and press, and what is sent to them."""

import pytest

from console.sandbox.engine.effects import (
    CloseLine,
    MouthBeep,
    OpenLine,
    PlayTones,
    PrepareSound,
    Press,
    SoundPath,
    Speak,
    Speech,
    StopSound,
)
from console.sandbox.engine.inputs import (
    FarEndPlay,
    FarEndSay,
    SoundPrepared,
)
from tests.sandbox.engine.listening import did, hearing, inbound, play, when
from tests.sandbox.engine.playbook import EPOCH_MS


def test_who_picks_up_says_hello() -> None:
    start = play('>> 0 call 447700900000 {"ncco":[{"action":"wait","timeout":9}]}\n>> 3 wait')
    (opened,) = when(start, OpenLine)
    assert opened == (1_000, OpenLine(start.id("L1")))
    ((at_ms, speak),) = when(start, Speak)
    assert (at_ms, speak.leg, speak.at_ms - EPOCH_MS) == (1_300, start.id("L1"), 1_300)
    assert did(start, PrepareSound)[0].what == Speech("Hello?", "en-US")
    assert not did(start, MouthBeep)
    assert not start.leg("L1")["said"]


def test_a_machine_speaks_and_beeps_in_its_own_mouth() -> None:
    start = play('>> 0 call 99900120001 {"ncco":[{"action":"wait","timeout":9}]}\n>> 5 wait')
    ((at_ms, beep),) = when(start, MouthBeep)
    assert (at_ms, beep.leg, beep.at_ms - EPOCH_MS) == (1_000, start.id("L1"), 4_000)
    (speak,) = did(start, Speak)
    words = did(start, PrepareSound)[0].what
    assert isinstance(words, Speech)
    assert speak.at_ms + 65 * len(words.text) < beep.at_ms


def test_callers_and_silent_far_ends_do_not_greet() -> None:
    start = inbound('{"action":"wait","timeout":9}')
    play('>> 1 behaves 447700900000 {"greeting":""}', start)
    play('>> 1 call 447700900000 {"ncco":[{"action":"wait","timeout":9}]}\n>> 5 wait', start)
    assert not did(start, PrepareSound)


def test_what_a_far_end_says_is_said_in_order_however_long_it_takes_to_make() -> None:
    start = inbound('{"action":"wait","timeout":99}')
    leg, engine = start.id("L1"), start.engine
    asking = (FarEndSay(leg, "One.", "de-DE", 3), FarEndPlay(leg, "/a.wav"), FarEndSay(leg, "3"))
    first, second, third = (
        effect
        for asked in asking
        for effect in engine.handle(start.now_ms, asked)
        if isinstance(effect, PrepareSound)
    )
    assert (first.what, second.what) == (Speech("One.", "de-DE", 3), SoundPath("/a.wav"))
    assert engine.handle(start.now_ms, SoundPrepared(third.sound, 300)) == []
    assert engine.handle(start.now_ms, SoundPrepared(second.sound, None, "gone")) == []
    now = start.now_ms + 1
    spoken = engine.handle(now, SoundPrepared(first.sound, 990))
    begins = start.now_ms + 20
    assert spoken == [Speak(leg, first.sound, begins), Speak(leg, third.sound, begins + 1_000)]
    assert start.leg("L1")["said"] == ["One.", "3"]


def test_what_a_far_end_has_not_said_when_it_leaves_is_dropped() -> None:
    start = inbound('{"action":"wait","timeout":99}')
    leg = start.id("L1")
    _, prepare = start.engine.handle(start.now_ms, FarEndSay(leg, "Too late."))
    assert isinstance(prepare, PrepareSound)
    play(">> 1 leaves L1", start)
    assert did(start, StopSound) == [StopSound(prepare.sound)]
    assert did(start, CloseLine) == [CloseLine(leg)]
    assert start.engine.handle(start.now_ms, SoundPrepared(prepare.sound, 500)) == []


def test_keys_are_pressed_one_after_the_other_and_read_back() -> None:
    start = inbound('{"action":"wait","timeout":99}')
    play(">> 1 presses L1 1p2\n>> 1 presses L1 3", start)
    one, two = did(start, Press)
    assert (one.digits, two.digits, one.at_ms - EPOCH_MS) == ("1p2", "3", 1_000)
    assert two.at_ms - one.at_ms == 2 * (one.tone_ms + one.gap_ms) + 500
    start.advance_to(EPOCH_MS + 1_100)
    assert (start.leg("L1")["pressed"], start.leg("L1")["received"]) == ("1", "1")
    start.advance_to(EPOCH_MS + 3_000)
    assert (start.leg("L1")["pressed"], start.leg("L1")["received"]) == ("123", "123")


@pytest.mark.conforms("3.8", "tones begin after those that are being sent")
def test_tones_toward_a_far_end_are_sent_one_after_the_other() -> None:
    start = inbound(
        '{"action":"connect","endpoint":[{"type":"phone","number":"447700900001","dtmfAnswer":"1p"}]}'
    )
    play(">> 1.1 dtmf L2 23\n>> 1.2 wait", start)
    assert hearing(start) == {"L1": {"L2"}, "L2": {"L1", "1p"}, "tape": {"L1", "L2"}}
    play(">> 9 wait", start)
    first, second = when(start, PlayTones)
    lasting = first[1].tone_ms + first[1].gap_ms + 500
    assert (first[0], first[1].digits) == (1_000, "1p")
    assert (second[0], second[1].digits) == (1_000 + lasting, "23")
    assert did(start, StopSound)[-1].sound == second[1].sound
    assert hearing(start) == {"L1": {"L2"}, "L2": {"L1"}, "tape": {"L1", "L2"}}
    assert [item["digits"] for item in start.leg("L2")["heard"]] == ["1p", "23"]
