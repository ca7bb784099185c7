"""What an option is when it is not given (3.1, 3.3, 3.6, 3.7, section 6)."""

from dataclasses import fields
from typing import Any

import pytest

from console.voice.call_objects import CallFilter, parse_call_filter
from console.voice.calls import parse_new_call, parse_stream_request, parse_talk_request
from console.voice.ncco import parse_ncco

URL = "https://app.example.com/x"
PHONE = {"type": "phone", "number": "447700900000"}


def read(**action: Any) -> Any:
    return parse_ncco([action])[0]


def shown(value: Any, *names: str) -> dict[str, Any]:
    assert set(names) <= {field.name for field in fields(value)}
    return {name: getattr(value, name) for name in names}


@pytest.mark.conforms("6.6", "talk: loop 1, level 0, en-US, style 0, neither bargeIn nor premium")
def test_talk() -> None:
    talk = read(action="talk", text="x")
    assert shown(talk, "loop", "level", "language", "style", "barge_in", "premium") == {
        "loop": 1,
        "level": 0.0,
        "language": "en-US",
        "style": 0,
        "barge_in": False,
        "premium": False,
    }


@pytest.mark.conforms("6.6", "stream: loop 1, level 0, no bargeIn")
def test_stream() -> None:
    stream = read(action="stream", streamUrl=[URL])
    assert shown(stream, "loop", "level", "barge_in") == {
        "loop": 1,
        "level": 0.0,
        "barge_in": False,
    }


@pytest.mark.conforms("6.5", "connect: timeout 60, limit 7200, no detection, not synchronous")
def test_connect() -> None:
    connect = read(action="connect", endpoint=[PHONE])
    assert shown(connect, "timeout", "limit", "synchronous", "random_from_number") == {
        "timeout": 60,
        "limit": 7200,
        "synchronous": False,
        "random_from_number": False,
    }
    assert connect.machine_detection is connect.advanced_machine_detection is None
    assert connect.ringback_tone is None


@pytest.mark.conforms(
    "6.4", "conversation: starts on enter, does not end on exit, is not recorded, nobody muted"
)
def test_conversation() -> None:
    conversation = read(action="conversation", name="r")
    assert shown(conversation, "start_on_enter", "end_on_exit", "record", "mute") == {
        "start_on_enter": True,
        "end_on_exit": False,
        "record": False,
        "mute": False,
    }
    assert conversation.can_speak is conversation.can_hear is None


@pytest.mark.conforms("6.7", "dtmf: timeOut 3, maxDigits 4, no submitOnHash; synchronous")
def test_digits() -> None:
    action = read(action="input", type=["dtmf"])
    assert not action.asynchronous
    assert action.speech is None
    assert shown(action.dtmf, "time_out", "max_digits", "submit_on_hash") == {
        "time_out": 3,
        "max_digits": 4,
        "submit_on_hash": False,
    }


@pytest.mark.conforms(
    "6.7",
    "speech: endOnSilence 2, en-US, startTimeout 10, maxDuration 60, sensitivity 90, no audio",
)
def test_speech() -> None:
    speech = read(action="input", type=["speech"]).speech
    assert shown(speech, "end_on_silence", "language", "start_timeout", "max_duration") == {
        "end_on_silence": 2.0,
        "language": "en-US",
        "start_timeout": 10.0,
        "max_duration": 60.0,
    }
    assert (speech.sensitivity, speech.save_audio, speech.uuid) == (90, False, None)


@pytest.mark.conforms("6.3", "record: mp3, one channel, no beep, no end condition")
def test_record() -> None:
    record = read(action="record")
    assert (record.format, record.channels, record.split, record.beep_start) == (
        "mp3",
        1,
        False,
        False,
    )
    assert record.end_on_silence is record.end_on_key is record.time_out is None
    assert record.transcription is None


@pytest.mark.conforms("6.9", "wait: 10 s")
@pytest.mark.conforms("11.1", "wait.timeout: 0.1 to 7200 s, 10 when not said")
def test_wait() -> None:
    waits = [read(action="wait", **options).timeout for options in ({}, {"timeout": 0})]
    assert [*waits, read(action="wait", timeout=7201).timeout] == [10.0, 0.1, 7200.0]


@pytest.mark.conforms("3.1", "length_timer is 7200, ringing_timer 60, detection off")
def test_create() -> None:
    call = parse_new_call({"to": [PHONE], "random_from_number": True, "ncco": []})
    assert (call.length_timer, call.ringing_timer) == (7200, 60)
    assert call.machine_detection is None
    assert call.advanced_machine_detection is None


@pytest.mark.conforms("3.7", "loop 1, level 0, en-US, style 0, no premium")
@pytest.mark.conforms("3.6", "loop 1, level 0")
def test_requests_on_a_leg() -> None:
    talk = parse_talk_request({"text": "x"})
    assert (talk.loop, talk.level, talk.language, talk.style, talk.premium) == (
        1,
        0.0,
        "en-US",
        0,
        False,
    )
    stream = parse_stream_request({"stream_url": [URL]})
    assert (stream.loop, stream.level) == (1, 0.0)


@pytest.mark.conforms("3.3", "page_size 10, record_index 0, asc")
def test_list() -> None:
    asked = parse_call_filter({})
    assert asked == CallFilter()
    assert (asked.page_size, asked.record_index, asked.order) == (10, 0, "asc")


@pytest.mark.conforms("3.1", "each end of a range is taken")
@pytest.mark.conforms("B", "length_timer may be up to 86400")
@pytest.mark.parametrize(
    ("name", "ends"), [("length_timer", (1, 86_400)), ("ringing_timer", (1, 120))]
)
def test_ends_of_ranges(name: str, ends: tuple[int, int]) -> None:
    for end in ends:
        body = {"to": [PHONE], "random_from_number": True, "ncco": [], name: end}
        assert getattr(parse_new_call(body), name) == end


EDGES: list[tuple[dict[str, Any], str, tuple[float, float]]] = [
    ({"action": "connect", "endpoint": [PHONE]}, "timeout", (1, 7200)),
    ({"action": "connect", "endpoint": [PHONE]}, "limit", (1, 7200)),
    ({"action": "talk", "text": "x"}, "level", (-1, 1)),
    ({"action": "stream", "streamUrl": [URL]}, "level", (-1, 1)),
    ({"action": "record"}, "endOnSilence", (3, 10)),
    ({"action": "record"}, "timeOut", (3, 7200)),
    ({"action": "record", "split": "conversation"}, "channels", (1, 32)),
    ({"action": "input"}, "maxDigits", (1, 20)),
    ({"action": "input"}, "timeOut", (0, 10)),
]


@pytest.mark.conforms("6.1", "each end of a range is taken, what lies beyond is a defect")
@pytest.mark.parametrize(("action", "option", "ends"), EDGES)
def test_ends_of_the_ranges_of_actions(
    action: dict[str, Any], option: str, ends: tuple[float, float]
) -> None:
    lowest, highest = ends
    for value in ends:
        assert parse_ncco([action | {option: value}])
    for value in (lowest - 1, highest + 1):
        with pytest.raises(ValueError, match=option):
            parse_ncco([action | {option: value}])


SPEECH = [
    ("endOnSilence", (0.4, 10.0)),
    ("startTimeout", (1, 60)),
    ("maxDuration", (1, 60)),
    ("sensitivity", (0, 100)),
]


@pytest.mark.conforms("6.7", "each end of a range of speech is taken, what lies beyond is a defect")
@pytest.mark.parametrize(("option", "ends"), SPEECH)
def test_ends_of_the_ranges_of_speech(option: str, ends: tuple[float, float]) -> None:
    action: dict[str, Any] = {"action": "input", "type": ["speech"]}
    for value in ends:
        assert parse_ncco([action | {"speech": {option: value}}])
    for value in (ends[0] - 1, ends[1] + 1):
        with pytest.raises(ValueError, match=option):
            parse_ncco([action | {"speech": {option: value}}])
