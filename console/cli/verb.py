"""Makes the shell command of an action out of the registry and its form."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import click

from console.actions.command import ALSO, transfer_kind
from console.actions.forms import FORMS, Field, Form
from console.actions.registry import Action
from console.actions.target import TargetKind
from console.cli.journal_option import journal_option
from console.cli.known import complete_id
from console.cli.order import STDIN, Order, Wait
from console.cli.selection import Selection, select_context

MAKES_CALL: Final = frozenset({"call.create", "call.dialin"})
"""Actions whose new call can be waited for."""
_SUBJECT: Final = "subject"
_REST: Final = "rest"
_FIELD: Final = "field_"
_SCRIPT: Final = "script_"
_YES_NO: Final = {"yes", "no"}
_TIMEOUT_S: Final = 30.0
_SUBJECTS: Final[Mapping[TargetKind, str]] = MappingProxyType(
    {
        TargetKind.LEG: "LEG",
        TargetKind.CONVERSATION: "CONVERSATION",
        TargetKind.EITHER: "LEG|CONVERSATION",
    }
)
_SCRIPTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "say": ("TEXT", "Speak this text."),
        "conversation": ("NAME", "Join the conversation of this name."),
        "number": ("NUMBER", "Connect to this number."),
        "ncco": ("FILE|JSON", "Run this NCCO."),
        "url": ("URL", "Ask this answer URL."),
        "block": ("BLOCK", "Run a building block: its name, then what it takes."),
    }
)
"""Kinds of script: what is typed, and the help."""
LANGUAGE_NAMES: Final = ("curl", "python", "node")
"""What a request can be printed as (`console.actions.languages`)."""
_AIMED: Final = (
    "{subject} is an id, the beginning of one, or the number of the other end, such as 4477*;"
    " {name}. With - they are read from standard input, one a line."
)
_NAMES: Final = {
    TargetKind.LEG: "it must be one leg",
    TargetKind.CONVERSATION: "a conversation may be named, too",
    TargetKind.EITHER: "a conversation may be named, too",
}
_DIALS: Final = "With - as {subject} they are read from standard input, one a line."
_SUBJECT_SAYS: Final[Mapping[str, str]] = MappingProxyType(
    {"faults": "NEVER-SENT is the share of webhooks that are not sent at all, from 0 to 1."}
)
"""What stands on the command line without a name, where its label does not say it."""
_JOURNAL: Final = (
    "What is asked is written to a journal of its own, CONTEXT.commands.journal, so that a"
    " console may be open on the context meanwhile."
)


def verb_command(action: Action, word: str, says: str) -> click.Command:
    """Return the command `word`, which performs a desk action.

    Args:
        action: On legs, conversations, or on nothing that is there yet.
        word: `mute` or `unmute`: which way a toggle goes.
        says: Its help in one sentence.
    """
    form = FORMS[action.form] if action.form is not None else None

    @select_context
    @journal_option
    def run(selection: Selection, journal: Path | None, **values: Any) -> int:
        from console.cli.verb_run import run_verb

        return asyncio.run(run_verb(selection, journal, _order(action, word, form, values)))

    params = [*_arguments(action, form), *_options(action, form), *_common(action)]
    subject = params[0].make_metavar(click.Context(click.Command(word))) if params else ""
    aimed = _DIALS if action.target is TargetKind.NONE else _AIMED
    text = aimed.format(subject=subject, name=_NAMES.get(action.target, ""))
    text = f"{_SUBJECT_SAYS[word]} {text}" if word in _SUBJECT_SAYS else text
    return click.command(word, params=params, help=f"{says}\n\n{text}\n\n{_JOURNAL}")(run)


# --- what can be typed ---------------------------------------------------------------------------


def _arguments(action: Action, form: Form | None) -> Iterator[click.Parameter]:
    rest = _rest(form)
    if action.target is TargetKind.NONE:
        if rest is not None:
            yield click.Argument([_SUBJECT], metavar=_metavar(rest))
        return
    yield click.Argument(
        [_SUBJECT], metavar=_SUBJECTS[action.target], shell_complete=complete_id(action.target)
    )
    if rest is not None:
        required = rest.required and not _has_scripts(form)
        metavar = _metavar(rest) if required else f"[{_metavar(rest)}]"
        yield click.Argument([_REST], metavar=metavar, nargs=-1, required=required)


def _metavar(rest: Field) -> str:
    """Return what stands for a field in the usage: one word, as it is one argument."""
    return rest.label.upper().replace(" ", "-")


def _rest(form: Form | None) -> Field | None:
    """Return the field that stands on the command line without a name."""
    if form is None:
        return None
    return next((each for each in form.fields if each.name == form.rest != "want"), None)


def _has_scripts(form: Form | None) -> bool:
    """Tell whether a form has kinds of script, each of which is an option of its own."""
    return form is not None and {"kind", "value"} <= {each.name for each in form.fields}


def _options(action: Action, form: Form | None) -> Iterator[click.Parameter]:
    scripts = _has_scripts(form)
    for field in form.fields if form is not None else ():
        if field.name == "kind" and scripts:
            for kind in field.choices:
                metavar, says = _SCRIPTS.get(kind, ("TEXT", f"Script of kind {kind}."))
                yield click.Option([f"--{kind}", _SCRIPT + kind], metavar=metavar, help=says)
        elif form is not None and field.name == form.rest:
            continue
        elif field.name != "want" and not (field.name == "value" and scripts):
            yield _option(field)


def _option(field: Field) -> click.Option:
    says = f"{field.label}; {field.hint}" if field.hint else field.label
    name = _FIELD + field.name
    if set(field.choices) == _YES_NO:
        default = " By default it is." if field.default == "yes" else ""
        return click.Option(
            [f"--{field.name}/--no-{field.name}", name], default=None, help=f"{says}.{default}"
        )
    default = f" [default: {field.default}]" if field.default else ""
    kind = click.Choice(field.choices) if field.choices else None
    metavar = None if field.choices else "TEXT"
    return click.Option(
        [f"--{field.name}", name], type=kind, metavar=metavar, help=f"{says}.{default}"
    )


def _common(action: Action) -> Iterator[click.Parameter]:
    if action.id == "call.create":
        yield click.Option(
            ["--event-url"],
            metavar="URL",
            help="Where its events go; without it where the application has them sent.",
        )
    waits = list(Wait) if action.id in MAKES_CALL else [Wait.ACCEPTED, Wait.PROVEN]
    yield click.Option(
        ["--wait"],
        type=click.Choice([each.value for each in waits]),
        default=Wait.ACCEPTED.value,
        show_default=True,
        help="How far it has to come; proof is looked for in any case.",
    )
    yield click.Option(
        ["--timeout"],
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        default=_TIMEOUT_S,
        show_default=True,
        help="How long to wait for it; then the exit code is 4.",
    )
    if action.dangerous:
        yield click.Option(["--yes"], is_flag=True, help="Do not ask first.")
    yield click.Option(["--json", "as_json"], is_flag=True, help="One JSON object a line.")
    yield click.Option(
        ["--as", "language"],
        type=click.Choice(LANGUAGE_NAMES),
        help="Do nothing: print what would be sent as a program.",
    )


# --- what was typed ------------------------------------------------------------------------------


def _order(action: Action, word: str, form: Form | None, values: Mapping[str, Any]) -> Order:
    args = {
        name.removeprefix(_FIELD): _text(value)
        for name, value in values.items()
        if name.startswith(_FIELD) and value is not None
    }
    if (want := _want(word)) is not None:
        args["want"] = want
    rest = " ".join(values.get(_REST, ()))
    given = {
        name.removeprefix(_SCRIPT): value
        for name, value in values.items()
        if name.startswith(_SCRIPT) and value is not None
    }
    if len(given) + bool(rest and given) > 1:
        raise click.UsageError("Only one script can be run: " + ", ".join(f"--{k}" for k in given))
    for kind, value in given.items():
        args |= {"kind": kind, "value": value}
    if rest and form is not None:
        args[form.rest] = rest
        if _has_scripts(form):
            args["kind"] = transfer_kind(rest)
    elif _has_scripts(form) and not given and form is not None and form.rest == "value":
        raise click.UsageError(f"Say where to: {word} LEG NAME|NUMBER|NCCO|URL.")
    typed = str(values.get(_SUBJECT, ""))
    return Order(
        action=action,
        word=word,
        subjects=_lines() if typed == STDIN else (typed,),
        subject_field=form.rest if form is not None and action.target is TargetKind.NONE else "",
        args=args,
        wait=Wait(values["wait"]),
        timeout=float(values["timeout"]),
        event_url=values.get("event_url"),
        yes=bool(values.get("yes", False)),
        as_json=bool(values["as_json"]),
        many=typed == STDIN,
        language=values.get("language") or "",
    )


def _want(word: str) -> str | None:
    if word in ALSO:
        return ALSO[word][1]
    return word if word in {of for of, _ in ALSO.values()} else None


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _lines() -> tuple[str, ...]:
    with click.open_file("-") as file:
        lines = tuple(line.strip() for line in file)
    found = tuple(dict.fromkeys(line for line in lines if line))
    if not found:
        raise click.UsageError("Nothing came on standard input.")
    return found
