"""What has to be filled in before an action can run: one description for dialog and shell."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from console.actions.form import NO_ARGS, Args, Field, Form
from console.actions.other_forms import OTHER_FORMS
from console.voice.limits import BEEP_TIMEOUT, LENGTH_TIMER, RINGING_TIMER, Range

__all__ = ["ANY_NUMBER", "FORMS", "NO_ARGS", "RATES", "Args", "Field", "Form"]

ANY_NUMBER: Final = "random"
"""Typed as the caller: the platform chooses one of the application's numbers (3.1)."""
RATES: Final = ("16000", "8000", "24000")
"""Sample rates of a WebSocket in Hz (7.1); the first is the default."""

COPIED: Final = (
    *("id", "leg", "conversation", "json", "raw", "reply", "curl", "python", "node", "url"),
    "file",
)
"""What the copy menu may have; which of it fits depends on what is selected."""


def _span(allowed: Range) -> str:
    return f"{allowed.low} to {allowed.high}"


def _undoing(name: str, title: str) -> Form:
    """Return the form of `undo` and `redo`."""
    of = Field(name="of", label="Of", hint="id or number of a leg; empty: what was done last")
    return Form(name=name, title=title, rest="of", at_once=True, fields=(of,))


_SCRIPT_KINDS = ("say", "conversation", "number", "ncco", "url", "block")
_SCRIPTS: Args = MappingProxyType(
    {
        "say": "phrases",
        "conversation": "conversations",
        "number": "callees",
        "ncco": "nccos",
        "block": "blocks",
    }
)
"""Where suggestions for a script come from, by its kind."""
_LOOP = Field(name="loop", label="Times", hint="0 is until stopped", default="1")
_LEVEL = Field(name="level", label="Level", hint="-1 (soft) to 1 (loud)", default="0", beside=True)


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        form.name: form
        for form in (
            Form(
                name="call",
                title="New call",
                rest="to",
                fields=(
                    Field(
                        name="to",
                        label="To",
                        hint="number, sip:user@host, ws://…, app:user or vbc:extension",
                        required=True,
                        suggest="callees",
                    ),
                    Field(
                        name="from",
                        label="From",
                        hint=f"one of our numbers; empty: the first; {ANY_NUMBER}: any of them",
                        suggest="callers",
                    ),
                    Field(
                        name="kind",
                        label="When answered",
                        default="say",
                        choices=_SCRIPT_KINDS,
                    ),
                    Field(
                        name="value",
                        label="Script",
                        hint="text, conversation name, number, NCCO (JSON or file), URL, or block",
                        default="This is a call from the console.",
                        required=True,
                        suggest_by_kind=_SCRIPTS,
                    ),
                    Field(
                        name="ringing",
                        label="Ring for",
                        hint=f"seconds, {_span(RINGING_TIMER)}",
                        default="60",
                    ),
                    Field(
                        name="length",
                        label="End after",
                        hint=f"seconds from its answer on, {_span(LENGTH_TIMER)}",
                        default="7200",
                        beside=True,
                    ),
                    Field(
                        name="machine",
                        label="On a machine",
                        default="off",
                        choices=("off", "continue", "hangup"),
                    ),
                    Field(
                        name="detection",
                        label="Detection",
                        default="basic",
                        choices=("basic", "default", "detect", "detect_beep"),
                    ),
                    Field(
                        name="beep",
                        label="Beep within",
                        hint=f"seconds, {_span(BEEP_TIMEOUT)}; where a beep is waited for",
                    ),
                    Field(
                        name="keys",
                        label="Keys first",
                        hint="digits that a phone is sent when it answers; p is half a second",
                        beside=True,
                    ),
                    Field(
                        name="rate",
                        label="Socket rate",
                        hint="samples a second of a WebSocket",
                        default=RATES[0],
                        choices=RATES,
                    ),
                ),
            ),
            Form(
                name="transfer",
                title="Transfer",
                rest="value",
                fields=(
                    Field(
                        name="kind",
                        label="To a",
                        default="conversation",
                        choices=("conversation", "number", "ncco", "url"),
                    ),
                    Field(
                        name="value",
                        label="Which",
                        hint="name or id, number, NCCO (JSON or file), or URL",
                        required=True,
                        suggest_by_kind=_SCRIPTS,
                    ),
                    Field(
                        name="from",
                        label="From",
                        hint="caller id of a transfer to a number",
                        suggest="numbers",
                    ),
                ),
            ),
            Form(
                name="say",
                title="Say",
                rest="text",
                fields=(
                    Field(
                        name="text",
                        label="Text",
                        hint="SSML goes in <speak>",
                        required=True,
                        suggest="phrases",
                    ),
                    Field(name="language", label="Language", default="en-US", suggest="languages"),
                    Field(name="style", label="Style", default="0", suggest="styles", beside=True),
                    Field(name="premium", label="Premium", default="no", choices=("no", "yes")),
                    _LOOP,
                    _LEVEL,
                ),
            ),
            Form(
                name="stream",
                title="Stream",
                rest="url",
                fields=(
                    Field(name="url", label="URL", hint="mp3 or wav", required=True),
                    _LOOP,
                    _LEVEL,
                ),
            ),
            Form(
                name="dtmf",
                title="Send DTMF",
                rest="digits",
                fields=(
                    Field(
                        name="digits",
                        label="Digits",
                        hint="0-9 * # and p for a pause",
                        required=True,
                    ),
                ),
            ),
            Form(
                name="pad",
                title="Live pad",
                rest="digits",
                fields=(
                    Field(name="digits", label="Digit", hint="0-9 * #, Esc leaves", required=True),
                ),
            ),
            Form(
                name="subscribe",
                title="Keys one by one",
                rest="url",
                at_once=True,
                fields=(
                    Field(
                        name="want",
                        label="Want",
                        default="toggle",
                        choices=("toggle", "subscribe", "unsubscribe"),
                    ),
                    Field(name="url", label="URL", hint="where keys are posted; empty: here"),
                ),
            ),
            Form(
                name="hold",
                title="Hold",
                rest="want",
                at_once=True,
                fields=(
                    Field(
                        name="want",
                        label="Want",
                        default="toggle",
                        choices=("toggle", "hold", "unhold"),
                    ),
                    Field(name="music", label="Music", hint="URL of an mp3; empty: silence"),
                    Field(
                        name="to",
                        label="Back to",
                        hint="a conversation's name; empty: the one it came from",
                    ),
                ),
            ),
            _undoing("undo", "Undo"),
            _undoing("redo", "Redo"),
            Form(
                name="listen",
                title="Listen",
                rest="want",
                at_once=True,
                fields=(
                    Field(
                        name="want",
                        label="Want",
                        default="toggle",
                        choices=("toggle", "listen", "leave"),
                    ),
                    Field(
                        name="prepare",
                        label="Without a name",
                        hint="join it by its id, or move its legs into a named one first",
                        default="no",
                        choices=("no", "join", "move"),
                    ),
                ),
            ),
            Form(
                name="dialin",
                title="Dial in",
                rest="to",
                fields=(
                    Field(
                        name="to",
                        label="Number",
                        hint="one of our numbers",
                        required=True,
                        suggest="numbers",
                    ),
                    Field(name="from", label="Caller", default="447700900999", required=True),
                ),
            ),
            *OTHER_FORMS,
            Form(
                name="copy",
                title="Copy",
                rest="what",
                fields=(
                    Field(
                        name="what",
                        label="What",
                        default="id",
                        choices=COPIED,
                        required=True,
                    ),
                ),
            ),
            Form(
                name="theme",
                title="Theme",
                rest="name",
                fields=(Field(name="name", label="Theme"),),
            ),
            Form(
                name="filter",
                title="Filter",
                rest="text",
                fields=(Field(name="text", label="Filter"),),
            ),
            Form(
                name="filter-name",
                title="Name",
                rest="name",
                fields=(Field(name="name", label="Name"),),
            ),
            Form(
                name="alert",
                title="Alert",
                rest="name",
                fields=(
                    Field(name="name", label="Name"),
                    Field(name="for", label="For", hint="how long it has to stay so, such as 30s"),
                    Field(name="bell", label="Bell", default="no", choices=("no", "yes")),
                ),
            ),
        )
    }
)
