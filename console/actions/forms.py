"""What has to be filled in before an action can run: one description for dialog and command line.

A filled form is `Args`: texts by field name. They are journalled as they are and turned into a
request by `console.actions.requests`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from console.voice.applications import REGIONS
from console.voice.limits import BEEP_TIMEOUT, LENGTH_TIMER, RINGING_TIMER, Range

Args = Mapping[str, str]
"""Texts by field name, as typed."""

NO_ARGS: Args = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to type or choose."""

    name: str
    label: str
    hint: str = ""
    default: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    """Not empty: one of these."""
    suggest: str | None = None
    """Where suggestions come from: `numbers` (our own), `callees` (whom we know), `conversations`,
    `blocks`, `nccos` (files), `phrases`, `languages`, `styles`, `applications`, `receivers` (who
    takes webhooks).
    """
    suggest_by_kind: Mapping[str, str] = field(default_factory=dict)
    """The same where it depends on the form's `kind`; nothing for a kind that is not named."""

    @property
    def suggests(self) -> bool:
        """Whether anything can be chosen from."""
        return self.suggest is not None or bool(self.suggest_by_kind)

    def source(self, args: Args) -> str | None:
        """Return where suggestions come from for a form that is filled in so."""
        return self.suggest_by_kind.get(args.get("kind", ""), self.suggest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What one action asks for, in this order; the command line fills the first open field."""

    name: str
    title: str
    fields: tuple[Field, ...]
    rest: str
    """The field that takes the free text of the command line (`:say hello there`)."""
    at_once: bool = False
    """It is not shown: the key runs the action as it is, only the command line fills anything."""


def _webhook(name: str, label: str, method: str, reads: int) -> tuple[Field, ...]:
    """Return the fields of one webhook of an application (10.4); `reads`: most ms to read (5.4)."""
    return (
        Field(name=name, label=f"{label} URL"),
        Field(
            name=f"{name}method", label=f"{label} method", default=method, choices=("GET", "POST")
        ),
        Field(name=f"{name}connect", label=f"{label} conn.", hint="ms to connect, 300 to 1000"),
        Field(name=f"{name}read", label=f"{label} read", hint=f"ms to reply, 1000 to {reads}"),
    )


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
_LEVEL = Field(name="level", label="Level", hint="-1 to 1", default="0")

_TO = Field(
    name="to",
    label="To",
    hint="a URL; ↓ chooses your app or this console",
    required=True,
    suggest="receivers",
)
_SIGN = Field(
    name="sign",
    label="Signature",
    hint="made anew; as it came, while it is remembered; none",
    default="new",
    choices=("new", "old", "none"),
)

_BEHAVIOURS = (
    *("answer", "busy", "reject", "unanswered", "ring", "failed"),
    *("invalid_number", "restricted", "machine"),
)

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
                    Field(name="from", label="From", hint="one of our numbers", suggest="numbers"),
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
                        hint="SSML in <speak>…",
                        required=True,
                        suggest="phrases",
                    ),
                    Field(name="language", label="Language", default="en-US", suggest="languages"),
                    Field(name="style", label="Style", default="0", suggest="styles"),
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
            Form(
                name="webhooks",
                title="Webhooks",
                rest="answer",
                fields=(
                    *_webhook("answer", "Answer", "GET", 5000),
                    *_webhook("event", "Event", "POST", 10000),
                    *_webhook("fallback", "Fallback", "GET", 5000),
                    Field(name="signed", label="Signed", default="yes", choices=("yes", "no")),
                    Field(
                        name="region",
                        label="Region",
                        default="any",
                        choices=("any", *REGIONS),
                    ),
                    Field(name="ttl", label="Names kept", hint="hours, 1 to 9000"),
                    Field(name="legs", label="Legs kept", hint="days, 1 to 31"),
                ),
            ),
            Form(
                name="resend",
                title="Send again",
                rest="to",
                fields=(_TO, _SIGN),
            ),
            Form(
                name="edited",
                title="Edit and send",
                rest="to",
                fields=(_TO, _SIGN, Field(name="body", label="Body", required=True)),
            ),
            Form(
                name="forward",
                title="Forwarding",
                rest="to",
                fields=(
                    Field(name="to", label="To", hint="the answer URL of your app", required=True),
                    Field(
                        name="state",
                        label="State",
                        default="toggle",
                        choices=("toggle", "on", "off"),
                    ),
                ),
            ),
            Form(
                name="link",
                title="Link",
                rest="application",
                fields=(
                    Field(
                        name="application",
                        label="Application",
                        hint="its id; ↓ chooses from the list",
                        required=True,
                        suggest="applications",
                    ),
                    Field(
                        name="callback",
                        label="Forwarding",
                        default="keep",
                        choices=("keep", "clear"),
                    ),
                ),
            ),
            Form(
                name="behaviour",
                title="How a number takes calls",
                rest="number",
                fields=(
                    Field(name="number", label="Number", required=True, suggest="numbers"),
                    Field(
                        name="behaviour",
                        label="Behaviour",
                        default="answer",
                        choices=_BEHAVIOURS,
                    ),
                    Field(name="after", label="After (s)", default="1"),
                    Field(
                        name="detail",
                        label="Detail",
                        hint="of unanswered or failed; empty: the usual one",
                    ),
                    Field(name="beep_after", label="Beep after", hint="s, of a machine"),
                    Field(name="hangup_after", label="Hang up after", hint="s, once answered"),
                    Field(name="greeting", label="Greeting", hint="what it says at first"),
                ),
            ),
            Form(
                name="unset",
                title="As it was",
                rest="number",
                fields=(Field(name="number", label="Number", required=True, suggest="numbers"),),
            ),
            Form(
                name="faults",
                title="Faults of webhooks",
                rest="drop",
                fields=(
                    Field(name="duplicate", label="Twice", hint="share, 0 to 1", default="0"),
                    Field(name="swap", label="Swapped", hint="share, 0 to 1", default="0"),
                    Field(name="drop", label="Never sent", hint="share, 0 to 1", default="0"),
                    Field(name="unsigned", label="Unsigned", hint="share, 0 to 1", default="0"),
                    Field(name="delay", label="Delay (ms)", default="0"),
                    Field(name="seed", label="Seed", default="1"),
                ),
            ),
            Form(
                name="advance",
                title="Move virtual time",
                rest="by",
                fields=(
                    Field(
                        name="by",
                        label="By",
                        hint="seconds; idle: until nothing is to happen",
                        default="30",
                        required=True,
                    ),
                ),
            ),
            Form(
                name="copy",
                title="Copy",
                rest="what",
                fields=(
                    Field(
                        name="what",
                        label="What",
                        default="id",
                        choices=("id", "json", "curl"),
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
        )
    }
)
