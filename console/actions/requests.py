"""From what was typed to what is sent: checked here, so that nothing wrong leaves the console."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from console.actions import blocks
from console.actions.blocks import Block, BlockError
from console.actions.forms import FORMS, Args
from console.voice.calls import NewCall, StreamRequest, TalkRequest
from console.voice.defects import is_url
from console.voice.endpoints import App, Endpoint, Phone, Sip, Vbc, Websocket, is_dtmf, is_sip_uri
from console.voice.limits import (
    BEEP_TIMEOUT,
    LENGTH_TIMER,
    LENGTH_TIMER_DEFAULT,
    LEVEL,
    RINGING_TIMER,
    RINGING_TIMER_DEFAULT,
    TALK_CHARACTERS,
    Range,
)
from console.voice.ncco import Connect, Conversation, Ncco, NccoError, Talk, parse_ncco
from console.voice.numbers import typed_digits
from console.voice.options import AdvancedMachineDetection
from console.voice.speech import is_ssml, plain_text
from console.voice.voices import check_voice
from console.voice.wire import UnreadableJson, decode_json

NCCO_BYTES: Final = 256 * 1024
"""An NCCO file larger than this is taken for a mistake."""
MOST_DIGITS: Final = 200


class ArgsError(ValueError):
    """What was typed cannot be sent; `reasons` are sentences for people."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


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


def filled(form: str, args: Args) -> dict[str, str]:
    """Return `args` with the form's defaults, stripped.

    Raises:
        ArgsError: A field is missing, unknown, or not one of its choices.
    """
    known = {field.name: field for field in FORMS[form].fields}
    reasons = [f"there is no “{name}” here" for name in args if name not in known]
    values: dict[str, str] = {}
    for name, field in known.items():
        value = args.get(name, field.default).strip()
        if field.required and not value:
            reasons.append(f"{field.label} is missing")
        elif field.choices and value not in field.choices:
            reasons.append(f"{field.label} is one of {', '.join(field.choices)}")
        values[name] = value
    if reasons:
        raise ArgsError(*reasons)
    return values


def new_call(args: Args, around: Surroundings) -> NewCall:
    """Return the call that form `call` describes.

    Raises:
        ArgsError: It cannot be sent as it is.
    """
    values = filled("call", args)
    to = endpoint(values["to"])
    caller = _caller(values["from"], around)
    kind, value = values["kind"], values["value"]
    url: str | None = None
    ncco: Ncco | None = None
    if kind == "url":
        url = _url(value)
    elif kind == "block":
        url, ncco = _block(value, to, caller, around)
    else:
        ncco = _script(kind, value, caller, around)
    basic, advanced = _detection(values["machine"], values["detection"], values["beep"])
    return NewCall(
        to=to,
        from_=None if caller is None else Phone(caller),
        random_from_number=caller is None,
        ncco=ncco,
        answer_url=url,
        machine_detection=basic,
        advanced_machine_detection=advanced,
        length_timer=_seconds(
            "End after", values["length"] or str(LENGTH_TIMER_DEFAULT), LENGTH_TIMER
        ),
        ringing_timer=_seconds(
            "Ring for", values["ringing"] or str(RINGING_TIMER_DEFAULT), RINGING_TIMER
        ),
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
    if kind == "url":
        return Transfer(url=_url(value))
    caller = _caller(values["from"], around) if kind == "number" else None
    return Transfer(ncco=_script(kind, value, caller, around))


def talk(args: Args) -> TalkRequest:
    """Return what form `say` speaks.

    Raises:
        ArgsError: The text is too long, there is no such voice (9.4), or a figure is none.
    """
    values = filled("say", args)
    text = values["text"]
    _check_text(text)
    language, style = values["language"] or "en-US", _whole("Style", values["style"])
    premium = values["premium"] == "yes"
    problem = check_voice(language, style, premium=premium, ssml=is_ssml(text))
    if problem is not None:
        raise ArgsError(f"{problem.reason}. {problem.next_step}")
    return TalkRequest(
        text=text,
        language=language,
        style=style,
        premium=premium,
        loop=_whole("Times", values["loop"]),
        level=_level(values["level"]),
    )


def stream(args: Args) -> StreamRequest:
    """Return what form `stream` plays.

    Raises:
        ArgsError: There is no such URL, or a figure is none.
    """
    values = filled("stream", args)
    return StreamRequest(
        url=_url(values["url"]),
        loop=_whole("Times", values["loop"]),
        level=_level(values["level"]),
    )


def digits(args: Args, *, form: str = "dtmf") -> str:
    """Return the digits to send.

    Raises:
        ArgsError: There is something else among them.
    """
    found = "".join(filled(form, args)["digits"].split())
    if not is_dtmf(found):
        raise ArgsError("digits are 0-9, *, # and p for a pause of half a second")
    if len(found) > MOST_DIGITS:
        raise ArgsError(f"at most {MOST_DIGITS} digits go at once")
    return found


def dial_in(args: Args, around: Surroundings) -> tuple[str, str]:
    """Return (our number, the caller) of form `dialin`.

    Raises:
        ArgsError: One of them is no number.
    """
    values = filled("dialin", args)
    to, caller = typed_digits(values["to"]), typed_digits(values["from"])
    if to is None:
        raise ArgsError(f"“{values['to']}” is not a number in international form")
    if caller is None:
        raise ArgsError(f"“{values['from']}” is not a number in international form")
    if around.numbers and to not in around.numbers:
        ours = ", ".join(around.numbers)
        raise ArgsError(f"{to} is not one of our numbers ({ours})")
    return to, caller


def endpoint(text: str) -> Endpoint:
    """Return what a person means by a destination.

    Raises:
        ArgsError: It is none of the five kinds.
    """
    scheme, _, rest = text.partition(":")
    match scheme.lower():
        case "sip" | "sips" if is_sip_uri(text):
            return Sip(uri=text)
        case "ws" | "wss" if is_url(text, ("ws", "wss")):
            return Websocket(uri=text, content_type="audio/l16;rate=16000")
        case "app" if rest:
            return App(rest)
        case "vbc" if rest:
            return Vbc(rest)
    number = typed_digits(text)
    if number is None:
        raise ArgsError(
            f"“{text}” is not a number in international form, nor sip:, ws:, app: or vbc:"
        )
    return Phone(number)


def _caller(text: str, around: Surroundings) -> str | None:
    if not text:
        return around.numbers[0] if around.numbers else None
    number = typed_digits(text)
    if number is None:
        raise ArgsError(f"“{text}” is not a number in international form")
    if around.numbers and number not in around.numbers:
        raise ArgsError(f"{number} is not one of our numbers; callees would see an unknown caller")
    return number


def _script(kind: str, value: str, caller: str | None, around: Surroundings) -> Ncco:
    match kind:
        case "say":
            _check_text(value)
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


def _check_text(text: str) -> None:
    if not text:
        raise ArgsError("there is nothing to say")
    length = len(plain_text(text))
    if length > TALK_CHARACTERS:
        raise ArgsError(f"the text has {length} characters; {TALK_CHARACTERS} can be spoken")


def _url(value: str) -> str:
    if not is_url(value, ("http", "https")):
        raise ArgsError(f"“{value}” is not an http or https URL")
    return value


def _whole(label: str, value: str) -> int:
    if not value.isascii() or not value.isdecimal() or len(value) > 6:
        _no_figure(label, "a whole number, 0 or more")
    return int(value)


def _seconds(label: str, value: str, allowed: Range) -> int:
    what = f"a number of seconds from {allowed.low} to {allowed.high}"
    if not value.isascii() or not value.isdecimal() or len(value) > 6:
        _no_figure(label, what)
    if int(value) not in allowed:
        _no_figure(label, what)
    return int(value)


def _detection(
    behavior: str, mode: str, beep: str
) -> tuple[str | None, AdvancedMachineDetection | None]:
    """Return basic and advanced detection (4.5); at most one of them is set."""
    timeout = _seconds("Beep within", beep, BEEP_TIMEOUT) if beep else None
    if behavior == "off":
        if mode != "basic" or timeout is not None:
            raise ArgsError("machine detection is off; set On a machine to continue or hangup")
        return None, None
    if mode == "basic":
        if timeout is not None:
            raise ArgsError("basic detection hears no beep; choose another Detection to wait")
        return behavior, None
    if mode == "detect" and timeout is not None:
        raise ArgsError("detect tells of no beep; choose default or detect_beep to wait for it")
    return None, AdvancedMachineDetection(behavior=behavior, mode=mode, beep_timeout=timeout)


def _level(value: str) -> float:
    try:
        found = float(value)
    except ValueError:
        _no_figure("Level", "a number from -1 to 1")
    if not math.isfinite(found) or found not in LEVEL:
        _no_figure("Level", "a number from -1 to 1")
    return found


def _no_figure(label: str, what: str) -> NoReturn:
    raise ArgsError(f"{label} is {what}")
