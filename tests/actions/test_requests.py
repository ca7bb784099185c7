"""What was typed becomes a request, or a reason; nothing wrong leaves the console."""

import json
from pathlib import Path

import pytest

from console.actions import requests
from console.actions.requests import ArgsError, Surroundings, endpoint
from console.voice.calls import NewCall
from console.voice.endpoints import App, Phone, Sip, Vbc, Websocket
from console.voice.ncco import Connect, Conversation, Talk

OURS = Surroundings(
    numbers=("447700900001", "447700900002"),
    name_of={"CON-named": "support-7", "CON-none": None}.get,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("447700900000", Phone("447700900000")),
        ("+44 (7700) 900-000", Phone("447700900000")),
        ("0044 7700 900000", Phone("447700900000")),
        ("sip:desk@pbx.example;transport=tls", Sip(uri="sip:desk@pbx.example;transport=tls")),
        (
            "wss://bot.example/ws",
            Websocket(uri="wss://bot.example/ws", content_type="audio/l16;rate=16000"),
        ),
        ("app:alice", App("alice")),
        ("vbc:123", Vbc("123")),
    ],
)
def test_destinations(text: str, expected: object) -> None:
    assert endpoint(text) == expected


@pytest.mark.parametrize("text", ["", "12", "0123456789", "sip:", "ws:/x", "app:", "alice", "+"])
def test_what_is_no_destination(text: str) -> None:
    with pytest.raises(ArgsError, match="international"):
        endpoint(text)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (
            {"kind": "say", "value": "Hello"},
            NewCall(
                to=Phone("447700900000"),
                from_=Phone("447700900001"),
                ncco=(Talk(text="Hello"),),
            ),
        ),
        (
            {"kind": "conversation", "value": "support-7", "from": "+447700900002"},
            NewCall(
                to=Phone("447700900000"),
                from_=Phone("447700900002"),
                ncco=(Conversation(name="support-7"),),
            ),
        ),
        (
            {"kind": "conversation", "value": "CON-named"},
            NewCall(
                to=Phone("447700900000"),
                from_=Phone("447700900001"),
                ncco=(Conversation(name="support-7"),),
            ),
        ),
        (
            {"kind": "number", "value": "447700900003"},
            NewCall(
                to=Phone("447700900000"),
                from_=Phone("447700900001"),
                ncco=(Connect(endpoint=Phone("447700900003"), from_="447700900001"),),
            ),
        ),
        (
            {"kind": "url", "value": "https://a.example/n"},
            NewCall(
                to=Phone("447700900000"),
                from_=Phone("447700900001"),
                answer_url="https://a.example/n",
            ),
        ),
    ],
)
def test_new_calls(args: dict[str, str], expected: NewCall) -> None:
    assert requests.new_call({"to": "447700900000", **args}, OURS) == expected


def test_without_numbers_of_ours_the_platform_picks_one() -> None:
    call = requests.new_call({"to": "447700900000"}, Surroundings())
    assert call.random_from_number
    assert call.from_ is None
    assert "random_from_number" in call.to_wire()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({}, "To is missing"),
        ({"to": "44"}, "not a number"),
        ({"to": "447700900000", "from": "447700900009"}, "not one of our numbers"),
        ({"to": "447700900000", "from": "us"}, "not a number"),
        ({"to": "447700900000", "kind": "fax"}, "When answered is one of"),
        ({"to": "447700900000", "value": " "}, "Script is missing"),
        ({"to": "447700900000", "colour": "red"}, "no “colour”"),
        ({"to": "447700900000", "kind": "url", "value": "a.example"}, "not an http"),
        ({"to": "447700900000", "kind": "conversation", "value": "CON-none"}, "has no name"),
        ({"to": "447700900000", "kind": "conversation", "value": "CON-unknown"}, "has no name"),
        ({"to": "447700900000", "kind": "say", "value": "x" * 1501}, "1,501 of 1,500 characters"),
        ({"to": "447700900000", "kind": "ncco", "value": "[{}]"}, "NCCO [0]"),
        ({"to": "447700900000", "kind": "ncco", "value": "{}"}, "NCCO"),
        ({"to": "447700900000", "kind": "ncco", "value": "[oops"}, "not an NCCO"),
        ({"to": "447700900000", "kind": "ncco", "value": "/nowhere/n.json"}, "cannot be read"),
    ],
)
def test_calls_that_do_not_leave(args: dict[str, str], words: str) -> None:
    with pytest.raises(ArgsError) as caught:
        requests.new_call(args, OURS)
    assert words in str(caught.value)


def test_every_field_at_fault_of_a_new_call_is_named_at_once() -> None:
    args = {"kind": "url", "value": "no", "from": "nobody", "ringing": "x", "length": "1h"}
    with pytest.raises(ArgsError) as refused:
        requests.new_call({"to": "", **args}, OURS)
    fields = [getattr(each, "field", None) for each in refused.value.reasons]
    assert fields == ["to", "from", "value", "ringing", "length"]


def test_every_defect_of_an_ncco_is_named() -> None:
    ncco = [{"action": "talk"}, {"action": "connect", "endpoint": []}, {"action": "dance"}]
    with pytest.raises(ArgsError) as caught:
        requests.transfer({"kind": "ncco", "value": json.dumps(ncco)}, OURS)
    assert len(caught.value.reasons) >= 3
    assert all(reason.startswith("NCCO [") for reason in caught.value.reasons)


def test_an_ncco_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "hello.json"
    file.write_text('\ufeff[{"action": "talk", "text": "Grüße"}]', "utf-8")
    goal = requests.transfer({"kind": "ncco", "value": str(file)}, OURS)
    assert goal.ncco == (Talk(text="Grüße"),)
    file.write_bytes(b"[" + b" " * (300 * 1024))
    with pytest.raises(ArgsError, match="larger than"):
        requests.transfer({"kind": "ncco", "value": str(file)}, OURS)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ArgsError, match="UTF-8"):
        requests.transfer({"kind": "ncco", "value": str(file)}, OURS)
    with pytest.raises(ArgsError, match="cannot be read"):
        requests.transfer({"kind": "ncco", "value": str(tmp_path)}, OURS)


@pytest.mark.parametrize(
    ("args", "url", "ncco"),
    [
        ({"kind": "url", "value": "https://a.example/n"}, "https://a.example/n", None),
        ({"value": "room"}, None, (Conversation(name="room"),)),
        (
            {"kind": "number", "value": "447700900003", "from": "447700900002"},
            None,
            (Connect(endpoint=Phone("447700900003"), from_="447700900002"),),
        ),
    ],
)
def test_transfers(args: dict[str, str], url: str | None, ncco: object) -> None:
    goal = requests.transfer(args, OURS)
    assert (goal.url, goal.ncco) == (url, ncco)


def test_what_is_said_and_played() -> None:
    said = requests.talk({"text": "<speak>Hi</speak>", "language": "", "style": "3", "loop": "0"})
    assert (said.text, said.language, said.style, said.loop) == ("<speak>Hi</speak>", "en-US", 3, 0)
    played = requests.stream({"url": "https://a.example/m.mp3", "level": "-0.5"})
    assert (played.url, played.loop, played.level) == ("https://a.example/m.mp3", 1, -0.5)


def test_a_voice_is_one_of_the_list() -> None:
    said = requests.talk({"text": "Hi", "language": "en-GB", "style": "12", "premium": "yes"})
    assert (said.language, said.style, said.premium) == ("en-GB", 12, True)
    assert said.to_wire()["premium"] is True


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"language": "en-gb"}, "Write en-GB"),
        ({"language": "tlh"}, "no language of the list"),
        ({"language": "en-GB", "style": "9"}, "Take one of 0-8, 12"),
        ({"style": "24"}, "only as premium"),
        ({"language": "bg-BG", "premium": "yes"}, "no premium form"),
        ({"premium": "maybe"}, "Premium is one of no, yes"),
        ({"text": "<speak>Hi</speak>", "language": "ar", "style": "2"}, "speaks no SSML"),
    ],
)
def test_a_voice_that_is_not_there_says_what_is(args: dict[str, str], words: str) -> None:
    with pytest.raises(ArgsError, match=words):
        requests.talk({"text": "Hi", **args})


def test_tags_do_not_count_as_text() -> None:
    breaks = "<break time='1s'/>" * 200
    assert requests.talk({"text": f"<speak>{breaks}Hi</speak>"}).text.endswith("Hi</speak>")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"text": ""}, "Text is missing"),
        ({"text": "a", "style": "-1"}, "Style is a whole number"),
        ({"text": "a", "loop": "two"}, "Times is a whole number"),
        ({"text": "a", "loop": "²"}, "Times is a whole number"),
        ({"text": "a", "level": "2"}, "Level is a number from -1 to 1"),
        ({"text": "a", "level": "nan"}, "Level is a number"),
        ({"text": "a", "level": "loud"}, "Level is a number"),
    ],
)
def test_what_is_not_said(args: dict[str, str], words: str) -> None:
    with pytest.raises(ArgsError, match=words):
        requests.talk(args)


def test_digits() -> None:
    assert requests.digits({"digits": "1 2p#*"}) == "12p#*"
    assert requests.digits({"digits": "5"}, form="pad") == "5"
    for wrong in ("", "A", "1-2", "\u0663", "1" * 201):
        with pytest.raises(ArgsError):
            requests.digits({"digits": wrong})


def test_dialling_in() -> None:
    to, caller = requests.dial_in({"to": "+447700900001", "from": "447700900999"}, OURS)
    assert (to, caller) == ("447700900001", "447700900999")
    for wrong in ({"to": "447700900009"}, {"to": "x"}, {"to": "447700900001", "from": "me"}):
        with pytest.raises(ArgsError):
            requests.dial_in(wrong, OURS)
