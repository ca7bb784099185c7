"""What the actions of the account, of webhooks and of the sandbox ask for."""

from typing import Final

from console.actions.form import Field, Form
from console.voice.limits import REGIONS

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


def _webhook(name: str, label: str, method: str, reads: int) -> tuple[Field, ...]:
    """Return the fields of one webhook of an application (10.4); `reads`: most ms to read (5.4)."""
    return (
        Field(name=name, label=f"{label} URL"),
        Field(
            name=f"{name}method", label=f"{label} method", default=method, choices=("GET", "POST")
        ),
        Field(
            name=f"{name}connect",
            label=f"{label} conn.",
            hint="ms to connect, 300 to 1000",
            beside=True,
        ),
        Field(
            name=f"{name}read",
            label=f"{label} read",
            hint=f"ms to reply, 1000 to {reads}",
            beside=True,
        ),
    )


OTHER_FORMS: Final = (
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
            Field(name="legs", label="Legs kept", hint="days, 1 to 31", beside=True),
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
        name="note",
        title="Note",
        rest="text",
        fields=(
            Field(name="text", label="Text", required=True),
            Field(name="of", label="Of", hint="number of the record it is about; empty: none"),
        ),
    ),
    Form(
        name="bookmark",
        title="Bookmark",
        rest="of",
        at_once=True,
        fields=(
            Field(name="of", label="Of", hint="number of the record it is about; empty: none"),
        ),
    ),
    Form(
        name="forward",
        title="Forwarding",
        rest="to",
        fields=(
            Field(name="to", label="To", hint="the answer URL of your app", required=True),
            Field(
                name="events",
                label="Events to",
                hint="empty: beside it, where it ends in /answer",
            ),
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
            Field(name="after", label="After", hint="seconds", default="1"),
            Field(name="hangup_after", label="Hang up after", hint="s, once answered", beside=True),
            Field(
                name="detail",
                label="Detail",
                hint="of unanswered or failed; empty: the usual one",
            ),
            Field(name="beep_after", label="Beep after", hint="s, of a machine", beside=True),
            Field(name="greeting", label="Greeting", hint="what it says at first"),
        ),
    ),
    Form(
        name="phrase",
        title="Keep a phrase",
        rest="name",
        fields=(
            Field(name="name", label="Name", hint="up to 32 of a-z, 0-9, - and _", required=True),
            Field(name="text", label="Text", required=True),
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
            Field(name="swap", label="Swapped", hint="share, 0 to 1", default="0", beside=True),
            Field(name="drop", label="Never sent", hint="share, 0 to 1", default="0"),
            Field(
                name="unsigned", label="Unsigned", hint="share, 0 to 1", default="0", beside=True
            ),
            Field(name="delay", label="Delay", hint="ms, of each webhook", default="0"),
            Field(name="seed", label="Seed", hint="of the chance", default="1", beside=True),
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
        name="sort",
        title="Sort",
        rest="by",
        at_once=True,
        fields=(Field(name="by", label="By", hint="a column; -column: the other way round"),),
    ),
)
"""In no particular order."""
