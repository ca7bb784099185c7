"""The building blocks as data: whole, ready to be typed, filled and answered."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.actions import requests
from console.actions.block_file import block_file, main
from console.actions.block_replies import BlockReplies
from console.actions.blocks import (
    Block,
    BlockError,
    blocks,
    choose,
    fill,
    find_block,
    placeholders,
    script,
    values_of,
)
from console.actions.blocks_page import blocks_page
from console.actions.command import parse_command
from console.actions.registry import BY_ID, Scope
from console.actions.requests import ArgsError, Surroundings
from console.journal.record import Kind
from console.voice.calls import NewCall
from console.voice.endpoints import Phone, Sip
from console.voice.ncco import Connect, InputAction, parse_ncco
from console.voice.webhooks import parse_body, parse_query

OURS, D, E = "442079460000", "447700900101", "447700900102"
HOOKS = "http://127.0.0.1:8822/webhooks"
AROUND = Surroundings(numbers=(OURS,), webhooks=HOOKS)
TYPED = {
    "number": (D, E),
    "audio": ("https://app.example/hold.mp3",) * 2,
    "websocket": ("wss://bot.example/ws",) * 2,
}
STEPS = {"read", "list", "subscribe", "unsubscribe", "download"}
TOLD = {"digits", "speech", "caller_digits"}


def typed(block: Block) -> str:
    parties = (TYPED[party][place] for place, party in enumerate(block.takes))
    return " ".join((block.name, *parties))


def args(value: str, **more: str) -> dict[str, str]:
    return {"to": "447700900100", "kind": "block", "value": value, **more}


def test_each_row_of_the_list_is_a_block() -> None:
    assert [block.number for block in blocks()] == list(range(1, 29))
    assert len({block.name for block in blocks()}) == 28


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.name)
def test_every_block_is_whole(block: Block) -> None:
    assert block.title
    assert block.shows.endswith(".")
    assert bool(block.ncco) != block.by_url
    values = values_of(choose(typed(block)), OURS, HOOKS)
    assert block.by_url or parse_ncco(fill(list(block.ncco), values))
    assert placeholders([block.ncco, [step.args for step in block.steps]]) <= set(values)
    for step in block.steps:
        assert step.do in STEPS or BY_ID[step.do].scope is Scope.DESK
    for reply in block.replies:
        given = dict.fromkeys(TOLD, "1") | dict(values)
        assert parse_ncco(fill(list(reply.ncco), given))
        assert f"{reply.to}_url" in placeholders(
            [block.ncco, [step.args for step in block.steps], "{answer_url}" * block.by_url]
        )


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.name)
def test_every_block_starts_a_call_or_says_why_not(block: Block) -> None:
    to = {"sip": "sip:desk@pbx.example"}.get(block.to[0] if block.to else "", "447700900100")
    if block.inbound_only:
        with pytest.raises(ArgsError, match="answers a caller"):
            requests.new_call(args(typed(block)), AROUND)
        return
    call = requests.new_call(args(typed(block), to=to), AROUND)
    assert isinstance(call, NewCall)
    assert isinstance(call.to, Sip if block.to else Phone)
    assert (call.ncco is None) == block.by_url
    assert (call.answer_url is None) != block.by_url
    by_number = f"{block.number}{typed(block).removeprefix(block.name)}"
    assert requests.new_call(args(by_number, to=to), AROUND) == NewCall(
        **{name: getattr(call, name) for name in call.__slots__}
    )


def test_placeholders_are_filled_with_our_number_the_party_and_our_receiver() -> None:
    call = requests.new_call(args(f"connect-fallback {D} {E}"), AROUND)
    (connect,) = call.ncco or ()
    assert isinstance(connect, Connect)
    assert connect.from_ == OURS
    assert connect.endpoint == Phone(D)
    url = f"{HOOKS}/event?block=connect-fallback&first={D}&second={E}&number={OURS}"
    assert connect.event_url == url
    call = requests.new_call(args("INPUT-dtmf"), AROUND)
    (_, asked) = call.ncco or ()
    assert isinstance(asked, InputAction)
    assert asked.event_url == f"{HOOKS}/input?block=input-dtmf&number={OURS}"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("connect-calller", "there is no building block “connect-calller”; did you mean conn"),
        ("29", "there is no building block “29”; they are in docs"),
        (" ", "Script is missing"),
        ("4", "connect-caller takes a number in international form behind its name: "),
        ("4 12", "“12” is not a number in international form"),
        (f"4 {D} {E}", "connect-caller takes a number in international form behind"),
        (f"23 {D}", "takes a number in international form and a number in international"),
        ("mute now", "mute takes nothing behind its name: mute"),
        ("10 hold.mp3", "“hold.mp3” is not the URL of an mp3 or wav file"),
        ("25 https://bot.example", "is not a ws:// or wss:// URL"),
        ("28", "call-endpoint calls no phone; To is one of sip, app, websocket, vbc"),
    ],
)
def test_what_cannot_be_started_is_said(value: str, reason: str) -> None:
    with pytest.raises(ArgsError) as caught:
        requests.new_call(args(value), AROUND)
    assert reason in str(caught.value)


def test_the_command_line_starts_a_block() -> None:
    typed = parse_command(":call kind=block value=conference 447700900100")
    assert typed.action.id == "call.create"
    call = requests.new_call(typed.args, AROUND)
    assert call == requests.new_call(args("conference"), AROUND)


def test_a_block_needs_our_number_and_our_receiver_where_it_names_them() -> None:
    with pytest.raises(ArgsError, match="needs one of our numbers as From"):
        requests.new_call(args(f"4 {D}"), Surroundings(webhooks=HOOKS))
    with pytest.raises(ArgsError, match="needs our receiver"):
        requests.new_call(args("6"), Surroundings(numbers=(OURS,)))
    with pytest.raises(ArgsError, match="needs our receiver"):
        requests.new_call(args("21"), Surroundings(numbers=(OURS,)))
    assert requests.new_call(args("2"), Surroundings()).random_from_number


def asked(kind: Kind, name: str, body: object, replies: BlockReplies | None = None) -> Any:
    query = {"block": name, "first": D, "second": E, "number": OURS}
    webhook = parse_body(json.dumps(body).encode())
    told = (replies or BlockReplies())(kind, query, webhook)
    return None if told is None else json.loads(told)


def pressed(digits: str | None, **speech: object) -> dict[str, object]:
    return {"dtmf": {"digits": digits, "timed_out": False}, "speech": speech, "uuid": "u"}


@pytest.mark.parametrize(
    ("kind", "name", "body", "text"),
    [
        (Kind.INPUT, "input-dtmf", pressed("12"), "You pressed 1 2."),
        (Kind.INPUT, "input-dtmf", pressed(""), "You pressed nothing. Good bye."),
        (Kind.INPUT, "input-dtmf", pressed(None), "You pressed nothing. Good bye."),
        (
            Kind.INPUT,
            "input-speech",
            pressed(None, results=[{"text": "bill{number}\x1b[2J", "confidence": "0.9"}]),
            "You said: bill{number}",
        ),
        (Kind.INPUT, "input-speech", pressed(None, results=[]), "Sorry, I did not"),
        (Kind.INPUT, "input-speech", pressed(None, error="ERR1"), "Sorry, I did not"),
    ],
)
def test_replies_go_on_with_what_was_told(
    kind: Kind, name: str, body: dict[str, object], text: str
) -> None:
    (talk,) = asked(kind, name, body)
    assert talk["text"].startswith(text)
    assert "\x1b" not in talk["text"]


def test_masked_digits_are_not_repeated() -> None:
    told = asked(Kind.INPUT, "input-dtmf", pressed("12"), BlockReplies(mask_digits=True))
    assert told == [{"action": "talk", "text": "You pressed a key."}]


@pytest.mark.parametrize(
    ("status", "answered"),
    [("timeout", True), ("busy", True), ("ringing", False), ("completed", False)],
)
def test_only_failures_are_answered_with_another_connect(status: str, answered: bool) -> None:
    body = {"status": status, "uuid": "u", "conversation_uuid": "CON-1", "direction": "outbound"}
    assert (asked(Kind.EVENT, "connect-fallback", body) is not None) == answered


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.EVENT, "input-dtmf"),
        (Kind.INPUT, "mute"),
        (Kind.INPUT, "no-such-block"),
        (Kind.INPUT, ""),
        (Kind.RECORDING, "input-dtmf"),
    ],
)
def test_other_webhooks_are_answered_as_always(kind: Kind, name: str) -> None:
    assert asked(kind, name, pressed("1")) is None


def test_a_url_that_lacks_what_a_reply_needs_is_answered_as_always() -> None:
    webhook = parse_body(b'{"status":"busy","uuid":"u"}')
    assert BlockReplies()(Kind.EVENT, {"block": "23"}, webhook) is None


def test_a_caller_without_a_number_is_answered() -> None:
    webhook = parse_query(b"block=receive-call&to=442079460000&uuid=u&conversation_uuid=CON-1")
    told = BlockReplies()(Kind.ANSWER, {"block": "receive-call"}, webhook)
    assert told is not None
    assert "a number that is not shown" in told.decode()


def test_a_block_is_an_ncco_file(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = choose(f"connect-caller {D}")
    document = json.loads(block_file(chosen, OURS, f"{HOOKS}/"))
    assert parse_ncco(document) == script(chosen, values_of(chosen, OURS, HOOKS))
    assert main([OURS, HOOKS, "input-dtmf"]) == 0
    assert parse_ncco(json.loads(capsys.readouterr().out))
    assert main([OURS, HOOKS, "receive-call"]) == 2
    assert f"{HOOKS}/answer?block=receive-call" in capsys.readouterr().err
    assert main([OURS]) == 2
    assert "usage: " in capsys.readouterr().err


def test_blocks_are_read_when_they_are_needed() -> None:
    # Started anew: here they have been read.
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import console.actions.requests, console.actions.blocks as b;"
            "print(b.blocks.cache_info().currsize)",
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.strip() == "0"


def test_a_missing_value_is_named() -> None:
    with pytest.raises(BlockError, match="“third”"):
        fill(["{third}"], {})
    assert find_block("conference") is find_block("5")


def test_the_page_of_blocks_is_fresh() -> None:
    page = Path(__file__).parents[2] / "docs" / "building-blocks.md"
    assert page.read_text("utf-8") == blocks_page(), (
        "run: python -m console.actions.blocks_page > docs/building-blocks.md"
    )
