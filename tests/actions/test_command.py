"""The command line knows every action by name."""

import pytest

from console.actions.command import CommandError, complete, parse_command
from console.actions.registry import ACTIONS


@pytest.mark.parametrize(
    ("line", "action", "args"),
    [
        (":mute", "leg.mute", {}),
        ("mute", "leg.mute", {}),
        ("  :unmute ", "leg.mute", {"want": "unmute"}),
        (":unearmuff", "leg.earmuff", {"want": "unearmuff"}),
        (":say hello there", "leg.say", {"text": "hello there"}),
        (":say style=2 loop=0 a=b is text", "leg.say", {"style": "2", "loop": "0",
                                                        "text": "a=b is text"}),
        (":say text=hello", "leg.say", {"text": "hello"}),
        (":call 447700900000", "call.create", {"to": "447700900000"}),
        (":call kind=ncco value=hello.json +44 7700 900000", "call.create",
         {"kind": "ncco", "value": "hello.json", "to": "+44 7700 900000"}),
        (":transfer support", "leg.transfer", {"value": "support", "kind": "conversation"}),
        (":transfer 447700900000", "leg.transfer", {"value": "447700900000", "kind": "number"}),
        (":transfer https://a.example/n", "leg.transfer",
         {"value": "https://a.example/n", "kind": "url"}),
        (':transfer [{"action":"talk","text":"a b"}]', "leg.transfer",
         {"value": '[{"action":"talk","text":"a b"}]', "kind": "ncco"}),
        (":transfer hello.json", "leg.transfer", {"value": "hello.json", "kind": "ncco"}),
        (":transfer kind=conversation 447700900000", "leg.transfer",
         {"kind": "conversation", "value": "447700900000"}),
        (":dtmf 12#", "leg.dtmf", {"digits": "12#"}),
        (":dial-in 447700900001", "call.dialin", {"to": "447700900001"}),
        (":copy curl", "copy", {"what": "curl"}),
        (":filter conv:CON-1", "filter", {"text": "conv:CON-1"}),
        (":quit", "quit", {}),
        (":hangup-conversation", "conversation.hangup", {}),
    ],
)  # fmt: skip
def test_what_a_line_means(line: str, action: str, args: dict[str, str]) -> None:
    command = parse_command(line)
    assert command.action.id == action
    assert command.args == args


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (":hangpu", "did you mean :hangup?"),
        (":xyzzy", "? lists what there is"),
        (":", "type the name of an action"),
        ("", "type the name of an action"),
        (":mute now", ":mute takes nothing"),
    ],
)
def test_what_means_nothing_says_what_would(line: str, words: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse_command(line)
    assert words in str(caught.value)


def test_words_are_completed_in_the_order_of_the_footer() -> None:
    assert complete(":st") == ["stream", "stop"]
    assert complete("un") == [
        "undo",
        "unlink",
        "unmute",
        "unearmuff",
        "unhold",
        "unsubscribe",
    ]
    assert len(complete("")) == len(ACTIONS) + 4
