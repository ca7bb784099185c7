"""What single fields of a form hold: numbers, addresses, texts and figures, with their limits.

Whatever is wrong is an `ArgsError` in words, with the limit it broke.
"""

import math
from dataclasses import replace
from typing import Final, NoReturn

from console.actions.form import ArgsError, Wrong, about
from console.actions.forms import RATES
from console.voice.defects import is_url
from console.voice.endpoints import App, Endpoint, Phone, Sip, Vbc, Websocket, is_dtmf, is_sip_uri
from console.voice.limits import BEEP_TIMEOUT, LEVEL, TALK_CHARACTERS, Range
from console.voice.numbers import number_problem, typed_digits
from console.voice.options import AdvancedMachineDetection
from console.voice.speech import plain_text

MOST_DIGITS: Final = 200


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
    found = typed_digits(text)
    if found is None:
        why = number_problem(text)
        raise ArgsError(
            f"“{text}” is not a number in international form, nor sip:, ws:, app: or vbc:"
            + (f" ({why})" if why else "")
        )
    return Phone(found)


def far_end(text: str, keys: str, rate: str) -> Endpoint:
    """Return who is called, with what only some kinds of endpoint have (3.1).

    Raises:
        ArgsError: It is nobody, or of another kind.
    """
    with about("to"):
        to = endpoint(text)
    if keys:
        if not isinstance(to, Phone):
            raise ArgsError(Wrong("only a phone is sent digits when it answers", "keys"))
        with about("keys"):
            to = replace(to, dtmf_answer=dtmf("".join(keys.split())))
    if isinstance(to, Websocket):
        return replace(to, content_type=f"audio/l16;rate={rate}")
    if rate != RATES[0]:
        raise ArgsError(Wrong("only a WebSocket has a sample rate", "rate"))
    return to


def dtmf(found: str) -> str:
    """Return digits that can be sent (3.8).

    Raises:
        ArgsError: It is none.
    """
    if not is_dtmf(found):
        other = next((each for each in found if not is_dtmf(each)), "")
        raise ArgsError(
            "digits are 0-9, *, # and p for a pause of half a second"
            + (f"; “{other}” is none" if other else "")
        )
    if len(found) > MOST_DIGITS:
        raise ArgsError(f"{len(found)} of at most {MOST_DIGITS} digits that go at once")
    return found


def number(text: str) -> str:
    """Return the digits of a number (10.1).

    Raises:
        ArgsError: It is none.
    """
    found = typed_digits(text)
    if found is None:
        why = number_problem(text)
        raise ArgsError(
            f"“{text}” is not a number in international form" + (f": {why}" if why else "")
        )
    return found


def check_text(text: str) -> None:
    """Refuse a text that cannot be spoken (3.7).

    Raises:
        ArgsError: It is none.
    """
    if not text:
        raise ArgsError("there is nothing to say")
    length = len(plain_text(text))
    if length > TALK_CHARACTERS:
        raise ArgsError(
            f"the text has {length:,} of {TALK_CHARACTERS:,} characters that can be spoken"
        )


def url(value: str) -> str:
    """Return an http or https URL.

    Raises:
        ArgsError: It is none.
    """
    if not is_url(value, ("http", "https")):
        raise ArgsError(f"“{value}” is not an http or https URL")
    return value


def whole(label: str, value: str) -> int:
    """Return a whole number, 0 or more.

    Raises:
        ArgsError: It is none.
    """
    if not value.isascii() or not value.isdecimal() or len(value) > 6:
        _no_figure(label, "a whole number, 0 or more")
    return int(value)


def seconds(label: str, value: str, allowed: Range) -> int:
    """Return a number of seconds within what the platform takes.

    Raises:
        ArgsError: It is none.
    """
    what = f"a number of seconds from {allowed.low} to {allowed.high}"
    if not value.isascii() or not value.isdecimal() or len(value) > 6:
        _no_figure(label, what)
    if int(value) not in allowed:
        _no_figure(label, what)
    return int(value)


def detection(
    behavior: str, mode: str, beep: str
) -> tuple[str | None, AdvancedMachineDetection | None]:
    """Return basic and advanced detection (4.5); at most one of them is set.

    Raises:
        ArgsError: They do not go together.
    """
    with about("beep"):
        timeout = seconds("Beep within", beep, BEEP_TIMEOUT) if beep else None
    if behavior == "off":
        if mode != "basic" or timeout is not None:
            reason = "machine detection is off; set On a machine to continue or hangup"
            raise ArgsError(Wrong(reason, "machine"))
        return None, None
    with about("detection"):
        if mode == "basic":
            if timeout is not None:
                raise ArgsError("basic detection hears no beep; choose another Detection to wait")
            return behavior, None
        if mode == "detect" and timeout is not None:
            raise ArgsError("detect tells of no beep; choose default or detect_beep to wait for it")
    return None, AdvancedMachineDetection(behavior=behavior, mode=mode, beep_timeout=timeout)


def loop(value: str) -> int:
    """Return how often a sound is played; 0: until it is stopped (3.6, 3.7).

    Raises:
        ArgsError: It is none.
    """
    with about("loop"):
        return whole("Times", value)


def level(value: str) -> float:
    """Return how loud a sound is played (3.6, 3.7).

    Raises:
        ArgsError: It is none.
    """
    with about("level"):
        try:
            found = float(value)
        except ValueError:
            _no_figure("Level", "a number from -1 to 1")
        if not math.isfinite(found) or found not in LEVEL:
            _no_figure("Level", "a number from -1 to 1")
    return found


def _no_figure(label: str, what: str) -> NoReturn:
    raise ArgsError(f"{label} is {what}")
