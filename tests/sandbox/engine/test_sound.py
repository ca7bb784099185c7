"""Talks and streams, and who hears what."""

import json

import pytest

from console.sandbox.engine.effects import (
    Hearing,
    PlayBeep,
    PlaySound,
    PrepareSound,
    SoundFile,
    Speech,
    StopSound,
    WriteRecording,
)
from console.sandbox.engine.inputs import (
    SoundPrepared,
    StartStream,
    StartTalk,
)
from console.voice.calls import StreamRequest, TalkRequest
from tests.sandbox.engine.listening import (
    BRIDGE,
    CONNECT,
    did,
    hearing,
    inbound,
    play,
    when,
)
from tests.sandbox.engine.playbook import APP, EPOCH_MS


def test_a_talk_is_prepared_and_lasts_as_long_as_it_is() -> None:
    start = inbound(
        '{"action":"talk","text":"Hello.","language":"de-DE","style":2,"premium":true,"level":-0.4,'
        '"loop":2}',
        '{"action":"stream","streamUrl":["http://app.test/a.mp3"],"level":"0.5"}',
    )
    (talk,) = did(start, PrepareSound)
    assert talk.what == Speech("Hello.", "de-DE", 2, True)
    start.advance_to(EPOCH_MS + 2_000)
    assert when(start, PlaySound) == [(0, PlaySound(talk.sound, 2, -0.4))]
    assert when(start, StopSound) == [(780, StopSound(talk.sound))]
    stream = did(start, PrepareSound)[1]
    assert stream.what == SoundFile("http://app.test/a.mp3")
    start.now_ms += 7
    start.give(SoundPrepared(stream.sound, 1_000))
    # It begins with the next frame, and ends a second later.
    start.advance_to(EPOCH_MS + 9_000)
    assert when(start, PlaySound)[1] == (2_007, PlaySound(stream.sound, 1, 0.5))
    assert when(start, StopSound)[1] == (3_020, StopSound(stream.sound))
    assert start.leg("L1")["status"] == "completed"


def test_rest_passes_level_voice_and_loop_on() -> None:
    start = play(BRIDGE)
    leg = start.id("L1")
    talk = TalkRequest(text="Hi.", language="fr-FR", style=1, premium=True, loop=0, level=1.0)
    start.give(StartTalk(leg, talk))
    start.give(StartStream(leg, StreamRequest(url=f"{APP}/a.mp3", loop=3, level=-1.0)))
    start.give(SoundPrepared(did(start, PrepareSound)[-1].sound, 100))
    played = did(start, PlaySound)
    assert [(one.loop, one.level) for one in played[-2:]] == [(0, 1.0), (3, -1.0)]
    assert did(start, PrepareSound)[-2].what == Speech("Hi.", "fr-FR", 1, True)
    # The talk, which has no end, was replaced.
    assert did(start, StopSound)[-1].sound == played[-2].sound


def test_a_text_that_cannot_be_spoken_is_told_and_passed_over() -> None:
    start = inbound('{"action":"stream","streamUrl":["http://app.test/a.mp3"]}')
    talk = StartTalk(start.id("L1"), TalkRequest(text="Hi."))
    _, prepare, *_ = start.engine.handle(start.now_ms, talk)
    assert isinstance(prepare, PrepareSound)
    start.give(SoundPrepared(prepare.sound, None, "there is no voice"))
    assert start.sent("error")[-1].payload["reason"] == (
        "The text cannot be played: there is no voice"
    )
    assert start.leg("L1")["playing"]["kind"] == "stream"


def test_a_sound_that_nobody_waits_for_any_more_never_begins() -> None:
    start = inbound('{"action":"stream","streamUrl":["http://app.test/a.mp3"]}')
    (asked,) = did(start, PrepareSound)
    play(">> 1 stop-stream L1", start)
    assert did(start, StopSound) == [StopSound(asked.sound)]
    assert start.engine.handle(start.now_ms, SoundPrepared(asked.sound, 500)) == []


def test_everyone_hears_the_others_and_the_tape_everyone() -> None:
    start = play(BRIDGE)
    assert hearing(start) == {"L1": {"L2"}, "L2": {"L1"}, "tape": {"L1", "L2"}}
    play(">> 2 mute L1", start)
    assert hearing(start) == {"L1": {"L2"}, "L2": set(), "tape": {"L2"}}
    play(">> 2 unmute L1\n>> 2 earmuff L1", start)
    assert hearing(start) == {"L1": set(), "L2": {"L1"}, "tape": {"L1", "L2"}}
    seen = len(did(start, Hearing))
    play(">> 2 earmuff L1", start)
    assert len(did(start, Hearing)) == seen
    room = start.leg("L1")["conversation_uuid"]
    play(">> 3 leaves L2", start)
    assert did(start, Hearing)[-1] == Hearing(room, ((room, frozenset()),))


@pytest.mark.conforms("6.6", "a talk of a script is heard by everyone, also by who joins meanwhile")
def test_a_talk_of_a_script_is_heard_by_all() -> None:
    text = "word " * 60
    start = inbound(
        CONNECT,
        json.dumps({"action": "talk", "text": text}),
    )
    play(">> 1.5 wait", start)
    both = {"L1": {"L2", text}, "L2": {"L1", text}, "tape": {"L1", "L2", text}}
    assert hearing(start) == both
    play(">> 2 earmuff L2", start)
    assert hearing(start) == both | {"L2": set()}
    room = start.leg("L1")["conversation_uuid"]
    joining = json.dumps([{"action": "transfer", "conversationId": room}])
    play(f">> 3 inbound 447700900124\n>> 3 reply answer 200 {joining}", start)
    assert hearing(start) == {
        "L1": {"L2", "L3", text},
        "L2": set(),
        "L3": {"L1", "L2", text},
        "tape": {"L1", "L2", "L3", text},
    }
    play(">> 30 wait", start)
    assert hearing(start)["tape"] == {"L1", "L2", "L3"}


def test_a_talk_of_rest_is_heard_by_its_leg_alone() -> None:
    start = play(BRIDGE + "    >> 2 talk L1 Psst.")
    assert hearing(start) == {"L1": {"L2", "Psst."}, "L2": {"L1"}, "tape": {"L1", "L2"}}


def test_music_waits_with_the_leg_alone_until_the_moderator_comes() -> None:
    start = inbound(
        '{"action":"conversation","name":"sales","startOnEnter":false,'
        '"musicOnHoldUrl":["http://app.test/moh.mp3"]}',
    )
    assert hearing(start) == {"L1": set(), "tape": set()}
    play(">> 1 fetched 5000", start)
    assert did(start, PlaySound)[-1].loop == 0
    assert hearing(start) == {"L1": {"/moh.mp3"}, "tape": set()}
    play(
        '>> 2 call 447700900001 {"ncco":[{"action":"conversation","name":"sales"}]}\n>> 4 wait',
        start,
    )
    assert hearing(start) == {"L1": {"L2"}, "L2": {"L1"}, "tape": {"L1", "L2"}}
    assert did(start, StopSound)[-1].sound == did(start, PlaySound)[0].sound


def test_who_may_hear_and_speak_to_whom() -> None:
    start = inbound('{"action":"conversation","name":"sales"}')
    play(
        """
        >> 1 call 447700900001 {"ncco":[{"action":"conversation","name":"sales"}]}
        >> 3 wait
        """,
        start,
    )
    play(">> 3 inbound 447700900125", start)
    ncco = '[{"action":"conversation","name":"sales","canSpeak":["L2"],"canHear":["L1"]}]'
    play(f">> 3 reply answer 200 {ncco}", start)
    assert hearing(start) == {
        "L1": {"L2"},
        "L2": {"L1", "L3"},
        "L3": {"L1"},
        "tape": {"L1", "L2", "L3"},
    }


def test_a_ringback_tone_is_the_callers_and_a_whisper_the_callees() -> None:
    whispered = (
        '{"action":"connect","ringbackTone":"http://app.test/ring.mp3","endpoint":[{"type":"phone",'
        '"number":"447700900001","onAnswer":{"url":"http://app.test/whisper"}}]}'
    )
    start = inbound(whispered)
    play(">> 0.5 fetched 2000", start)
    assert hearing(start) == {"L1": {"/ring.mp3"}, "tape": set()} | {"tape": {"L1"}}
    play('>> 2 reply answer 200 [{"action":"talk","text":"It is Ann."}]', start)
    ears = hearing(start)
    assert ears["L2"] == {"It is Ann."}
    assert "L2" not in ears["L1"] | ears["tape"]
    play(">> 9 wait", start)
    assert hearing(start) == {"L1": {"L2"}, "L2": {"L1"}, "tape": {"L1", "L2"}}


def test_the_beep_before_a_recording_is_heard_by_all_that_are_recorded() -> None:
    beeping = inbound('{"action":"record","beepStart":true,"endOnKey":"#"}')
    (beep,) = did(beeping, PlayBeep)
    assert hearing(beeping) == {"L1": {"beep"}, "tape": {"L1", "beep"}}
    beeping.advance_to(beeping.now_ms + beep.ms)
    assert hearing(beeping) == {"L1": set(), "tape": {"L1"}}
    assert did(beeping, StopSound) == [StopSound(beep.sound)]
    play(">> 5 presses L1 #\n>> 6 wait", beeping)
    (file,) = did(beeping, WriteRecording)
    assert (file.begins_ms, file.ends_ms) == (EPOCH_MS + beep.ms, EPOCH_MS + 5_000)
    assert file.participants == (beeping.id("L1"),)
