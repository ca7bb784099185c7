"""NCCOs of every action (section 6): read, written back, refused with a path and a reason."""

import json
from typing import Any

import pytest

from console.voice.endpoints import App, OnAnswer, Phone, Vbc, Websocket
from console.voice.ncco import (
    AdvancedMachineDetection,
    Connect,
    Conversation,
    DtmfInput,
    InputAction,
    NccoAction,
    NccoError,
    Notify,
    RecordAction,
    SpeechInput,
    Stream,
    Talk,
    Transcription,
    TransferAction,
    Wait,
    action_name,
    decode_ncco,
    is_synchronous,
    parse_ncco,
    to_wire,
)

URL = "https://app.example.com/x"
D = {"type": "phone", "number": "447700900000"}
PHONE = Phone("447700900000")

GOOD: list[tuple[dict[str, Any], NccoAction]] = [
    ({"action": "talk", "text": "Hello"}, Talk(text="Hello")),
    (
        {
            "action": "talk",
            "text": "Hello",
            "bargeIn": "true",
            "loop": "0",
            "level": "-0.4",
            "language": "en-GB",
            "style": "2",
            "premium": True,
            "unknown": {"x": 1},
        },
        Talk(
            text="Hello",
            barge_in=True,
            loop=0,
            level=-0.4,
            language="en-GB",
            style=2,
            premium=True,
        ),
    ),
    (
        {"action": "talk", "text": "Hi", "voiceName": "Amy"},
        Talk(text="Hi", voice_name="Amy", language="en-GB", style=0),
    ),
    (
        {"action": "talk", "text": "Hi", "voiceName": "Amy", "language": "de-DE"},
        Talk(text="Hi", voice_name="Amy", language="de-DE", style=0),
    ),
    (
        {"action": "talk", "text": "Hi", "voiceName": "Nobody"},
        Talk(text="Hi", voice_name="Nobody"),
    ),
    (
        {"action": "talk", "text": "Hi", "provider": "Polly", "providerOptions": {}},
        Talk(text="Hi", provider="Polly", provider_options={}),
    ),
    ({"action": "stream", "streamUrl": [URL]}, Stream(url=URL)),
    (
        {"action": "stream", "streamUrl": [URL], "level": 1, "bargeIn": True, "loop": 3},
        Stream(url=URL, level=1.0, barge_in=True, loop=3),
    ),
    ({"action": "connect", "endpoint": [D]}, Connect(endpoint=PHONE)),
    (
        {
            "action": "connect",
            "endpoint": [D | {"onAnswer": {"url": URL}}],
            "from": "447700900001",
            "eventType": "synchronous",
            "timeout": "45",
            "limit": 60,
            "machineDetection": "hangup",
            "eventUrl": [URL],
            "eventMethod": "GET",
            "ringbackTone": "https://app.example.com/t.mp3",
        },
        Connect(
            endpoint=Phone("447700900000", on_answer=OnAnswer(URL)),
            from_="447700900001",
            synchronous=True,
            timeout=45,
            limit=60,
            machine_detection="hangup",
            event_url=URL,
            event_method="GET",
            ringback_tone="https://app.example.com/t.mp3",
        ),
    ),
    (
        {
            "action": "connect",
            "endpoint": [D],
            "randomFromNumber": True,
            "ringbackTone": [URL],
            "advanced_machine_detection": {"behavior": "hangup", "beep_timeout": "45"},
        },
        Connect(
            endpoint=PHONE,
            random_from_number=True,
            ringback_tone=URL,
            advanced_machine_detection=AdvancedMachineDetection("hangup", "detect", 45),
        ),
    ),
    (
        {
            "action": "connect",
            "endpoint": [D],
            "advancedMachineDetection": {"mode": "detect_beep"},
        },
        Connect(
            endpoint=PHONE,
            advanced_machine_detection=AdvancedMachineDetection("continue", "detect_beep"),
        ),
    ),
    (
        {
            "action": "connect",
            "endpoint": [
                {"type": "websocket", "uri": "wss://a/ws", "content-type": "audio/l16;rate=8000"}
            ],
        },
        Connect(endpoint=Websocket("wss://a/ws", "audio/l16;rate=8000")),
    ),
    (
        {"action": "connect", "endpoint": [{"type": "app", "user": "ann"}]},
        Connect(endpoint=App("ann")),
    ),
    (
        {"action": "connect", "endpoint": [{"type": "vbc", "extension": "12"}]},
        Connect(endpoint=Vbc("12")),
    ),
    ({"action": "conversation", "name": "room-7"}, Conversation(name="room-7")),
    (
        {
            "action": "conversation",
            "name": "room-7",
            "musicOnHoldUrl": [URL],
            "startOnEnter": "false",
            "endOnExit": True,
            "record": True,
            "canSpeak": [],
            "canHear": ["u1", "u2"],
            "transcription": {},
            "eventUrl": [URL],
        },
        Conversation(
            name="room-7",
            music_on_hold_url=URL,
            start_on_enter=False,
            end_on_exit=True,
            record=True,
            can_speak=(),
            can_hear=("u1", "u2"),
            transcription=Transcription(),
            event_url=URL,
        ),
    ),
    (
        {"action": "conversation", "name": "r", "mute": True, "canHear": []},
        Conversation(name="r", mute=True, can_hear=()),
    ),
    ({"action": "input", "type": ["dtmf"]}, InputAction(dtmf=DtmfInput())),
    (
        {
            "action": "input",
            "type": ["dtmf", "speech"],
            "dtmf": {"timeOut": 0, "maxDigits": "1", "submitOnHash": True},
            "speech": {
                "uuid": ["u1"],
                "endOnSilence": 0.4,
                "language": "en-GB",
                "context": ["sales"],
                "startTimeout": 60,
                "maxDuration": 1,
                "saveAudio": True,
                "sensitivity": 0,
                "provider": "deepgram",
                "providerOptions": {"a": 1},
            },
            "eventUrl": [URL],
            "eventMethod": "POST",
        },
        InputAction(
            dtmf=DtmfInput(time_out=0, max_digits=1, submit_on_hash=True),
            speech=SpeechInput(
                uuid="u1",
                end_on_silence=0.4,
                language="en-GB",
                context=("sales",),
                start_timeout=60.0,
                max_duration=1.0,
                save_audio=True,
                sensitivity=0,
                provider="deepgram",
                provider_options={"a": 1},
            ),
            event_url=URL,
            event_method="POST",
        ),
    ),
    ({"action": "input", "type": ["speech"]}, InputAction(speech=SpeechInput())),
    (
        {"action": "input", "type": ["dtmf"], "mode": "asynchronous", "eventUrl": [URL]},
        InputAction(dtmf=DtmfInput(), asynchronous=True, event_url=URL),
    ),
    ({"action": "input"}, InputAction(dtmf=DtmfInput())),
    (
        {"action": "input", "timeOut": "5", "maxDigits": 2, "submitOnHash": "true"},
        InputAction(dtmf=DtmfInput(time_out=5, max_digits=2, submit_on_hash=True)),
    ),
    ({"action": "record"}, RecordAction()),
    (
        {"action": "record", "split": "conversation"},
        RecordAction(split=True, channels=2),
    ),
    (
        {"action": "record", "split": "conversation", "channels": 3},
        RecordAction(split=True, channels=3, format="wav"),
    ),
    (
        {"action": "record", "split": "conversation", "channels": 4, "format": "mp3"},
        RecordAction(split=True, channels=4, format="wav"),
    ),
    (
        {"action": "record", "split": "conversation", "channels": 1, "format": "ogg"},
        RecordAction(split=True, channels=1, format="ogg"),
    ),
    (
        {
            "action": "record",
            "format": "wav",
            "endOnSilence": 3,
            "endOnKey": "#",
            "timeOut": 7200,
            "beepStart": True,
            "eventUrl": [URL],
            "transcription": {
                "language": "en-GB",
                "eventUrl": [URL],
                "eventMethod": "GET",
                "sentimentAnalysis": "true",
            },
        },
        RecordAction(
            format="wav",
            end_on_silence=3,
            end_on_key="#",
            time_out=7200,
            beep_start=True,
            event_url=URL,
            transcription=Transcription("en-GB", URL, "GET", True),
        ),
    ),
    (
        {"action": "notify", "payload": {"foo": "bar"}, "eventUrl": [URL]},
        Notify(payload={"foo": "bar"}, event_url=URL),
    ),
    ({"action": "wait"}, Wait()),
    ({"action": "wait", "timeout": "2.5"}, Wait(timeout=2.5)),
    ({"action": "wait", "timeout": 0}, Wait(timeout=0.1)),
    ({"action": "wait", "timeout": 90000}, Wait(timeout=7200.0)),
    (
        {"action": "transfer", "conversationId": "CON-1", "canHear": ["a"], "mute": True},
        TransferAction(conversation_id="CON-1", can_hear=("a",), mute=True),
    ),
    (
        {"action": "transfer", "conversationId": "CON-1", "canSpeak": []},
        TransferAction(conversation_id="CON-1", can_speak=()),
    ),
]


@pytest.mark.conforms(
    "6.1",
    "numbers may be numeric strings and booleans the words true and false",
    "unknown options are ignored",
)
@pytest.mark.conforms("6.2", "ringbackTone is a string; an array with one is taken as well")
@pytest.mark.conforms(
    "6.3",
    "defaults: mp3, one channel; wav with more than two channels",
    "split without channels means two",
    "transcription {} enables it; language, URL, method and sentiment are its fields",
)
@pytest.mark.conforms(
    "6.4", "every option is read; canSpeak and canHear [] means nobody, absent everyone"
)
@pytest.mark.conforms(
    "6.5",
    "every option is read",
    "the snake case advanced_machine_detection is taken as well",
    "mode of advanced detection is detect when not said",
    "endpoints may be phone, websocket, app and vbc",
)
@pytest.mark.conforms(
    "6.6",
    "every option of talk and stream is read",
    "voiceName sets language and style unless they are given",
    "provider and providerOptions of talk are read",
)
@pytest.mark.conforms(
    "6.7",
    "every option of dtmf and speech is read",
    "the older flat options without type are taken",
    "speech takes the provider deepgram",
)
@pytest.mark.conforms(
    "6.9",
    "timeout outside 0.1 to 7200 s is clamped",
    "timeout may be a fraction or a numeric string",
)
@pytest.mark.conforms("6.10", "conversationId, canHear, canSpeak and mute are read")
@pytest.mark.conforms(
    "11.2",
    "canSpeak and canHear: [] is nobody, absent is everyone (22)",
    "snake case advanced_machine_detection is taken in an NCCO (11)",
)
@pytest.mark.conforms("B", "ringbackTone is taken as string and as array")
@pytest.mark.conforms("B", "wait and transfer are actions")
@pytest.mark.conforms("B", "wait is taken from 0.1 to 7200 s")
@pytest.mark.conforms("6.7", "sensitivity is taken from 0 to 100")
@pytest.mark.conforms("B", "startTimeout is taken up to 60 s")
@pytest.mark.parametrize(("value", "action"), GOOD)
def test_actions_are_read_and_written(value: dict[str, Any], action: NccoAction) -> None:
    assert parse_ncco([value]) == (action,)
    wire = to_wire((action,))
    assert json.loads(json.dumps(wire)) == wire
    assert parse_ncco(wire) == (action,)
    assert wire[0]["action"] == value["action"] == action_name(action)


def talk(**options: Any) -> dict[str, Any]:
    return {"action": "talk", "text": "x", **options}


INPUT = {"action": "input", "type": ["dtmf"]}


@pytest.mark.conforms(
    "6.6",
    "talk and stream may queue between bargeIn and its input",
    "an explicit false after a bargeIn is ignored until the input",
)
@pytest.mark.parametrize(
    "ncco",
    [
        [talk(bargeIn=True), INPUT, {"action": "record"}],
        [talk(bargeIn=True), talk(), {"action": "stream", "streamUrl": [URL]}, INPUT],
        [talk(bargeIn=True), talk(bargeIn=False), INPUT],
        [talk(), {"action": "record"}, talk(bargeIn=True)],
    ],
)
def test_barge_in_is_followed_by_input(ncco: list[dict[str, Any]]) -> None:
    assert len(parse_ncco(ncco)) == len(ncco)


@pytest.mark.conforms(
    "6.6", "the next action after bargeIn that is neither talk nor stream must be input"
)
@pytest.mark.conforms("11.2", "bargeIn needs an input as the next other action (17)")
def test_barge_in_followed_by_something_else_is_a_defect() -> None:
    with pytest.raises(NccoError) as caught:
        parse_ncco([talk(), talk(bargeIn=True), talk(), {"action": "record"}, INPUT])
    assert [str(defect) for defect in caught.value.defects] == [
        "[3].action: must be input after the bargeIn of [1]"
    ]


@pytest.mark.conforms("6.1", "the empty array is a valid NCCO")
def test_the_empty_ncco_is_valid() -> None:
    assert parse_ncco([]) == ()
    assert to_wire(()) == []


@pytest.mark.conforms("6.6", "SSML tags do not count toward the 1500 characters")
@pytest.mark.conforms("9.6", "tags do not count toward the 1500 characters")
def test_ssml_tags_do_not_count() -> None:
    text = "<speak>" + "<break time='1s'/>" * 200 + "x" * 1500 + "</speak>"
    assert parse_ncco([{"action": "talk", "text": text}])


@pytest.mark.conforms("6.1", "an empty body, HTML and an object are no NCCO")
def test_bytes_of_an_ncco() -> None:
    assert decode_ncco(b'[{"action":"wait","timeout":1}]') == (Wait(timeout=1.0),)
    for raw, reason in ((b"", "is not JSON: empty"), (b"<html>", "is not JSON"), (b"{}", "array")):
        with pytest.raises(NccoError, match=reason):
            decode_ncco(raw)


@pytest.mark.conforms(
    "6.1",
    "talk and stream block unless bargeIn; input unless asynchronous",
    "record blocks only with endOnSilence or endOnKey",
    "conversation, connect, notify, wait and transfer block",
)
@pytest.mark.parametrize(
    ("action", "waits"),
    [
        (Talk(text="x"), True),
        (Talk(text="x", barge_in=True), False),
        (Stream(url=URL), True),
        (Stream(url=URL, barge_in=True), False),
        (RecordAction(), False),
        (RecordAction(time_out=60), False),
        (RecordAction(end_on_silence=3), True),
        (RecordAction(end_on_key="#"), True),
        (InputAction(dtmf=DtmfInput()), True),
        (InputAction(dtmf=DtmfInput(), asynchronous=True), False),
        (Connect(endpoint=PHONE), True),
        (Conversation(name="r"), True),
        (Notify(payload={}, event_url=URL), True),
        (Wait(), True),
        (TransferAction(conversation_id="C"), True),
    ],
)
def test_which_actions_the_next_one_waits_for(action: NccoAction, waits: bool) -> None:
    assert is_synchronous(action) is waits
