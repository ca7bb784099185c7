"""What is recognised, saved and written down."""

import pytest

from console.sandbox.engine.effects import (
    Recognise,
    SaveSpeech,
    SendWebhook,
    Transcribe,
    Tune,
    WriteRecording,
)
from console.sandbox.engine.inputs import (
    Input,
    KeyHeard,
    KeyReleased,
    Recognised,
    RecordingWritten,
    TimerFired,
    Transcribed,
    VoiceBegan,
    VoiceEnded,
)
from console.sandbox.engine.state import Alarm
from console.voice.webhooks import name, parse_body
from console.voice.wire import encode_json
from tests.sandbox.engine.listening import did, inbound, play
from tests.sandbox.engine.playbook import EPOCH_MS, Play

ASKING = (
    '{"action":"input","type":["speech"],"speech":{"endOnSilence":1,"language":"de-DE",'
    '"context":["sales","billing"],"sensitivity":40}}'
)


def test_language_context_and_sensitivity_are_passed_on() -> None:
    start = inbound(ASKING)
    leg = start.id("L1")
    assert did(start, Tune) == [Tune(leg, 40)]
    play(">> 1 says L1 sales\n>> 9 wait", start)
    (asked,) = did(start, Recognise)
    assert (asked.leg, asked.language, asked.context) == (leg, "de-DE", ("sales", "billing"))
    assert asked.sensitivity == 40
    # From a little before the voice until the silence was long enough.
    assert (asked.begins_ms - EPOCH_MS, asked.ends_ms - EPOCH_MS) == (800, 2_325)
    assert did(start, Tune) == [Tune(leg, 40), Tune(leg, 90)]


def test_sensitivity_ends_with_the_input_that_asked_for_it() -> None:
    for ending in ("transfer L1 []", "presses L1 1"):
        both = ASKING.replace('["speech"]', '["dtmf","speech"],"dtmf":{"maxDigits":1}')
        start = inbound(both)
        play(f">> 1 {ending}\n>> 1.1 wait", start)
        assert [one.sensitivity for one in did(start, Tune)] == [40, 90]
        assert not did(start, Recognise)


@pytest.mark.conforms("9.2", "results are ordered by confidence")
def test_results_are_ordered_by_confidence() -> None:
    start = inbound(ASKING)
    leg = start.id("L1")
    engine, now = start.engine, start.now_ms
    engine.handle(now + 300, VoiceBegan(leg, now + 200))
    engine.handle(now + 900, VoiceEnded(leg, now + 700))
    start.now_ms = now + 900
    start.advance_to(now + 900)
    asked = _due(start, leg, now + 1_700)
    results = (("building", 0.4), ("billing", 0.912345), ("pillar", 0.05))
    (sent,) = engine.handle(now + 1_800, Recognised(asked.task, results))
    assert isinstance(sent, SendWebhook)
    assert sent.payload["speech"] == {
        "timeout_reason": "end_on_silence_timeout",
        "results": [
            {"text": "billing", "confidence": "0.9123"},
            {"text": "building", "confidence": "0.4"},
            {"text": "pillar", "confidence": "0.05"},
        ],
    }
    assert engine.handle(now + 1_900, Recognised(asked.task, results)) == []


def _due(start: Play, leg: str, at_ms: int) -> Recognise:
    """Let the silence of a leg be long enough, at a time."""
    timer = start.engine._core.state.live[leg].timers[Alarm.SPEECH]
    effects = start.engine.handle(at_ms, TimerFired(timer))
    return next(effect for effect in effects if isinstance(effect, Recognise))


def test_the_result_waits_for_the_saved_sound_and_for_the_words() -> None:
    saving = ASKING.replace('"endOnSilence":1', '"endOnSilence":1,"saveAudio":true')
    for words_first in (True, False):
        start = inbound(saving)
        leg, engine, now = start.id("L1"), start.engine, start.now_ms
        engine.handle(now + 300, VoiceBegan(leg, now + 250))
        engine.handle(now + 900, VoiceEnded(leg, now + 700))
        timer = engine._core.state.live[leg].timers[Alarm.SPEECH]
        effects = engine.handle(now + 1_700, TimerFired(timer))
        (asked,) = (one for one in effects if isinstance(one, Recognise))
        (saved,) = (one for one in effects if isinstance(one, SaveSpeech))
        assert (saved.leg, saved.begins_ms, saved.ends_ms) == (leg, now + 50, now + 1_700)
        news: list[Input] = [
            Recognised(asked.task, (("yes", 1.0),)),
            RecordingWritten(saved.file, 7),
        ]
        first, second = news if words_first else reversed(news)
        assert engine.handle(now + 1_800, first) == []
        (sent,) = engine.handle(now + 1_900, second)
        assert isinstance(sent, SendWebhook)
        assert sent.payload["speech"]["recording_url"].endswith(saved.file)


def test_speech_that_could_not_be_saved_has_no_url() -> None:
    start = inbound(ASKING.replace('"endOnSilence":1', '"endOnSilence":1,"saveAudio":true'))
    leg, engine, now = start.id("L1"), start.engine, start.now_ms
    engine.handle(now + 300, VoiceBegan(leg, now + 250))
    engine.handle(now + 900, VoiceEnded(leg, now + 700))
    timer = engine._core.state.live[leg].timers[Alarm.SPEECH]
    effects = engine.handle(now + 1_700, TimerFired(timer))
    (asked,) = (one for one in effects if isinstance(one, Recognise))
    (saved,) = (one for one in effects if isinstance(one, SaveSpeech))
    engine.handle(now + 1_800, Recognised(asked.task, (("yes", 1.0),)))
    (sent,) = engine.handle(now + 1_900, RecordingWritten(saved.file, 0))
    assert isinstance(sent, SendWebhook)
    assert "recording_url" not in sent.payload["speech"]
    assert sent.payload["speech"]["results"][0]["text"] == "yes"


def test_words_of_a_script_that_was_replaced_are_dropped() -> None:
    start = inbound(ASKING)
    leg, engine, now = start.id("L1"), start.engine, start.now_ms
    engine.handle(now + 300, VoiceBegan(leg, now + 200))
    engine.handle(now + 900, VoiceEnded(leg, now + 700))
    asked = _due(start, leg, now + 1_700)
    start.now_ms = now + 1_800
    play('>> 2 transfer L1 [{"action":"wait","timeout":5}]', start)
    assert engine.handle(now + 2_100, Recognised(asked.task, (("yes", 1.0),))) == []


def test_voice_that_is_cut_off_by_hanging_up_ends_nothing() -> None:
    start = inbound('{"action":"record","endOnSilence":3}')
    leg, engine, now = start.id("L1"), start.engine, start.now_ms
    engine.handle(now + 300, VoiceBegan(leg, now + 200))
    play(">> 1 leaves L1", start)
    for late in (VoiceEnded(leg, now + 900), KeyHeard(leg, "1"), KeyReleased(leg, "1", 100)):
        assert engine.handle(now + 1_100, late) == []
    assert start.leg("L1")["received"] == ""


def test_transcription_to_the_field() -> None:
    start = inbound(
        '{"action":"record","format":"wav","split":"conversation","endOnKey":"#",'
        '"transcription":{"language":"en-GB","sentimentAnalysis":true}}'
    )
    play(">> 2 presses L1 #\n>> 3 written 900\n>> 4 transcribed", start)
    (asked,) = did(start, Transcribe)
    (file,) = did(start, WriteRecording)
    assert (asked.recording, asked.language, asked.sentiment) == (file, "en-GB", True)
    assert (file.split, file.channels, file.format) == (True, 2, "wav")
    record, hook = start.sent("record")[0].payload, start.sent("transcription")[0].payload
    assert hook == {
        "conversation_uuid": record["conversation_uuid"],
        "type": "record",
        "recording_uuid": record["recording_uuid"],
        "status": "transcribed",
        "transcription_url": f"http://api.test/v1/files/{asked.file}",
    }
    assert name(parse_body(encode_json(dict(hook)))) == "transcription"
    assert asked.file != file.file
    assert start.engine.handle(start.now_ms, Transcribed(asked.file)) == []
