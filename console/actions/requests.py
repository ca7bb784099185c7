"""From what was typed to what is sent: checked here, so that nothing wrong leaves the console."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.actions import blocks, typed
from console.actions.blocks import Block, BlockError
from console.actions.form import ArgsError as ArgsError
from console.actions.form import Faults, Wrong, about
from console.actions.forms import ANY_NUMBER, FORMS, Args
from console.actions.typed import endpoint as endpoint
from console.voice.calls import NewCall, StreamRequest, TalkRequest
from console.voice.endpoints import Endpoint, Phone
from console.voice.limits import (
    LENGTH_TIMER,
    LENGTH_TIMER_DEFAULT,
    RINGING_TIMER,
    RINGING_TIMER_DEFAULT,
)
from console.voice.ncco import Connect, Conversation, Ncco, NccoError, Talk, parse_ncco
from console.voice.speech import is_ssml
from console.voice.voices import check_voice, languages
from console.voice.wire import UnreadableJson, decode_json

NCCO_BYTES: Final = 256 * 1024
"""An NCCO file larger than this is taken for a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known besides the typed text."""

    numbers: Sequence[str] = ()
    """Our own numbers."""
    name_of: Callable[[str], str | None] = lambda conversation: None
    """Name of a conversation by its id, where it is known."""
    webhooks: str | None = None
    """Base of our receiver's webhooks, `http://…/webhooks`; None: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Where a leg goes: one of the two is set."""

    url: str | None = None
    ncco: Ncco | None = None


def filled(form: str, args: Args, faults: Faults | None = None) -> dict[str, str]:
    """Return `args` with the form's defaults, stripped.

    Args:
        form: Its name.
        args: What was typed.
        faults: Takes what is wrong, which is not raised then.

    Raises:
        ArgsError: A field is missing, unknown, or not one of its choices.
    """
    known = {field.name: field for field in FORMS[form].fields}
    reasons = [f"there is no “{name}” here" for name in args if name not in known]
    values: dict[str, str] = {}
    for name, field in known.items():
        value = args.get(name, field.default).strip()
        if field.required and not value:
            reasons.append(Wrong(f"{field.label} is missing", name))
        elif field.choices and value not in field.choices:
            reasons.append(Wrong(f"{field.label} is one of {', '.join(field.choices)}", name))
        values[name] = value
    if faults is not None:
        faults.reasons += reasons
    elif reasons:
        raise ArgsError(*reasons)
    return values


def new_call(args: Args, around: Surroundings) -> NewCall:
    """Return the call that form `call` describes.

    Raises:
        ArgsError: It cannot be sent as it is; every field at fault is named.
    """
    faults = Faults()
    values = filled("call", args, faults)
    to: Endpoint | None = None
    caller: str | None = None
    with faults.about("to"):
        to = typed.far_end(values["to"], values["keys"], values["rate"])
    with faults.about("from"):
        caller = _caller(values["from"], around)
    kind, value = values["kind"], values["value"]
    url: str | None = None
    ncco: Ncco | None = None
    with faults.about("value"):
        if kind == "url":
            url = typed.url(value)
        elif kind == "block":
            url, ncco = _block(value, to, caller, around) if to is not None else (None, None)
        else:
            ncco = _script(kind, value, caller, around)
    ring = values["ringing"] or str(RINGING_TIMER_DEFAULT)
    end = values["length"] or str(LENGTH_TIMER_DEFAULT)
    with faults.about("ringing"):
        ringing = typed.seconds("Ring for", ring, RINGING_TIMER)
    with faults.about("length"):
        length = typed.seconds("End after", end, LENGTH_TIMER)
    with faults.about("machine"):
        basic, advanced = typed.detection(values["machine"], values["detection"], values["beep"])
    faults.check()
    assert to is not None
    return NewCall(
        to=to,
        from_=None if caller is None else Phone(caller),
        random_from_number=caller is None,
        ncco=ncco,
        answer_url=url,
        machine_detection=basic,
        advanced_machine_detection=advanced,
        length_timer=length,
        ringing_timer=ringing,
    )


def block_of(args: Args, around: Surroundings) -> tuple[Block, Mapping[str, str]] | None:
    """Return the block that form `call` starts, and what its steps are filled with.

    Raises:
        ArgsError: It cannot be started as it is.
    """
    values = filled("call", args)
    if values["kind"] != "block":
        return None
    caller = _caller(values["from"], around)
    try:
        chosen = blocks.choose(values["value"])
    except BlockError as error:
        raise ArgsError(str(error)) from None
    return chosen.block, blocks.values_of(chosen, caller, around.webhooks)


def transfer(args: Args, around: Surroundings) -> Transfer:
    """Return where form `transfer` sends a leg.

    Raises:
        ArgsError: It cannot be sent as it is.
    """
    values = filled("transfer", args)
    kind, value = values["kind"], values["value"]
    caller = _caller(values["from"], around) if kind == "number" else None
    with about("value"):
        if kind == "url":
            return Transfer(url=typed.url(value))
        return Transfer(ncco=_script(kind, value, caller, around))


def talk(args: Args) -> TalkRequest:
    """Return what form `say` speaks.

    Raises:
        ArgsError: The text is too long, there is no such voice (9.4), or a figure is none.
    """
    values = filled("say", args)
    text = values["text"]
    with about("text"):
        typed.check_text(text)
    with about("style"):
        language, style = values["language"] or "en-US", typed.whole("Style", values["style"])
    premium = values["premium"] == "yes"
    problem = check_voice(language, style, premium=premium, ssml=is_ssml(text))
    if problem is not None:
        at = "style" if language in languages() else "language"
        raise ArgsError(Wrong(f"{problem.reason}. {problem.next_step}", at))
    return TalkRequest(
        text=text,
        language=language,
        style=style,
        premium=premium,
        loop=typed.loop(values["loop"]),
        level=typed.level(values["level"]),
    )


def stream(args: Args) -> StreamRequest:
    """Return what form `stream` plays.

    Raises:
        ArgsError: There is no such URL, or a figure is none.
    """
    values = filled("stream", args)
    with about("url"):
        url = typed.url(values["url"])
    return StreamRequest(
        url=url, loop=typed.loop(values["loop"]), level=typed.level(values["level"])
    )


def digits(args: Args, *, form: str = "dtmf") -> str:
    """Return the digits to send.

    Raises:
        ArgsError: There is something else among them.
    """
    found = "".join(filled(form, args)["digits"].split())
    with about("digits"):
        return typed.dtmf(found)


def dial_in(args: Args, around: Surroundings) -> tuple[str, str]:
    """Return (our number, the caller) of form `dialin`.

    Raises:
        ArgsError: One of them is no number.
    """
    values = filled("dialin", args)
    with about("to"):
        to = typed.number(values["to"])
    with about("from"):
        caller = typed.number(values["from"])
    if around.numbers and to not in around.numbers:
        ours = ", ".join(around.numbers)
        raise ArgsError(Wrong(f"{to} is not one of our numbers ({ours})", "to"))
    return to, caller


def _caller(text: str, around: Surroundings) -> str | None:
    """Return our number that calls; None: any of the application's (3.1)."""
    if text.lower() == ANY_NUMBER:
        return None
    if not text:
        return around.numbers[0] if around.numbers else None
    with about("from"):
        number = typed.number(text)
        if around.numbers and number not in around.numbers:
            raise ArgsError(
                f"{number} is not one of our numbers; callees would see an unknown caller"
            )
    return number


def _script(kind: str, value: str, caller: str | None, around: Surroundings) -> Ncco:
    match kind:
        case "say":
            typed.check_text(value)
            return (Talk(text=value),)
        case "conversation":
            return (Conversation(name=_conversation_name(value, around)),)
        case "number":
            return (
                Connect(endpoint=endpoint(value), from_=caller, random_from_number=caller is None),
            )
        case _:
            return _ncco(value)


def _block(
    value: str, to: Endpoint, caller: str | None, around: Surroundings
) -> tuple[str | None, Ncco | None]:
    """Return the answer URL or the script of a block; one of them is None."""
    try:
        chosen = blocks.choose(value)
        block = chosen.block
        blocks.check_destination(block, to)
        values = blocks.values_of(chosen, caller, around.webhooks)
        for step in block.steps:
            blocks.fill(step.args, values)
        if block.by_url:
            return str(blocks.fill("{answer_url}", values)), None
        return None, blocks.script(chosen, values)
    except BlockError as error:
        raise ArgsError(str(error)) from None


def _conversation_name(value: str, around: Surroundings) -> str:
    name = around.name_of(value)
    if name is not None:
        return name
    if value.startswith("CON-"):
        raise ArgsError(
            "this conversation has no name, and only a named one can be joined; type a name "
            "and transfer its other legs there as well"
        )
    return value


def _ncco(value: str) -> Ncco:
    text = value.strip()
    if not text.startswith(("[", "{")):
        text = _file(Path(text).expanduser())
    try:
        return parse_ncco(decode_json(text.encode(errors="replace")))
    except UnreadableJson as error:
        raise ArgsError(f"this is not an NCCO: {error}") from None
    except NccoError as error:
        raise ArgsError(*(f"NCCO {defect}" for defect in error.defects)) from None


def _file(path: Path) -> str:
    try:
        if path.stat().st_size > NCCO_BYTES:
            raise ArgsError(f"{path} is larger than {NCCO_BYTES >> 10} KiB; is it an NCCO?")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ArgsError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ArgsError(f"{path} is not text in UTF-8") from None
