"""What the people at the other end do, driven from outside (contracts/sandbox-control.md)."""

from typing import Any, Final, assert_never

from console.sandbox.engine import collecting, delivery, legs, payloads, playing, recording
from console.sandbox.engine.behaviours import DECLINED
from console.sandbox.engine.core import Core
from console.sandbox.engine.inputs import (
    DialIn,
    FarEnd,
    FarEndAnswer,
    FarEndDtmf,
    FarEndHangup,
    FarEndPlay,
    FarEndReject,
    FarEndSay,
)
from console.sandbox.engine.state import Alarm, Leg, Purpose, Then, Waiting
from console.voice.endpoints import Phone, Sip
from console.voice.limits import DTMF_PAUSE_MS
from console.voice.numbers import digits_of
from console.voice.speech import speaking_ms
from console.voice.statuses import Status

KEY_MS: Final = 200
"""From one key to the next: the press and the pause after it."""
KEYS: Final = frozenset("0123456789*#p")


def handle(core: Core, request: FarEnd) -> None:
    """Do what a far end does; it gets exactly one reply."""
    if isinstance(request, DialIn):
        _dial_in(core, request)
        return
    leg = core.state.leg(request.uuid)
    if leg is None:
        core.reply(404, _error(f"There is no leg {request.uuid}."))
    elif not leg.live:
        core.reply(409, _error(f"The leg {leg.uuid} is over ({leg.status.value})."))
    else:
        _act(core, leg, request)


def _error(text: str, field: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"error": text}
    if field is not None:
        body["field"] = field
    return body


def _act(
    core: Core,
    leg: Leg,
    request: FarEndDtmf | FarEndSay | FarEndPlay | FarEndAnswer | FarEndReject | FarEndHangup,
) -> None:
    match request:
        case FarEndHangup():
            if leg.direction == "outbound" and not leg.answered:
                core.reply(409, _error(f"The leg {leg.uuid} is ringing; reject it instead."))
                return
            _ok(core, leg)
            legs.end(core, leg, "user")
        case FarEndAnswer() | FarEndReject():
            if leg.direction == "inbound" or leg.status is not Status.RINGING:
                core.reply(409, _error(f"The leg {leg.uuid} does not ring at its far end."))
                return
            _ok(core, leg)
            if isinstance(request, FarEndAnswer):
                legs.answer(core, leg)
            else:
                legs.refuse(core, leg, DECLINED)
        case FarEndDtmf() | FarEndSay() | FarEndPlay():
            if not leg.answered:
                core.reply(409, _error(f"The leg {leg.uuid} is not answered yet."))
                return
            _sound(core, leg, request)
        case _ as never:
            assert_never(never)


def _sound(core: Core, leg: Leg, request: FarEndDtmf | FarEndSay | FarEndPlay) -> None:
    match request:
        case FarEndDtmf(digits=digits):
            if not digits or not KEYS.issuperset(digits):
                core.reply(422, _error("digits may hold only 0-9, *, # and p", "digits"))
                return
            _ok(core, leg)
            leg.keys.extend(digits)
            if Alarm.KEY not in leg.timers:
                press(core, leg)
        case FarEndSay(text=text):
            _ok(core, leg)
            leg.said.append(text)
            begins_ms, ends_ms = _speak(core, leg, speaking_ms(text))
            collecting.voice(core, leg, text, begins_ms, ends_ms)
            recording.voice(core, leg)
        case FarEndPlay(path=path, duration_ms=duration_ms):
            _ok(core, leg)
            leg.played.append(path)
            _speak(core, leg, duration_ms)
            recording.voice(core, leg)
        case _ as never:
            assert_never(never)


def _ok(core: Core, leg: Leg) -> None:
    core.reply(200, {"uuid": leg.uuid})


def _speak(core: Core, leg: Leg, duration_ms: int) -> tuple[int, int]:
    """Take the mouth of a far end for so long, after what it says already."""
    begins_ms = max(core.now_ms, leg.speaking_until_ms)
    leg.speaking_until_ms = begins_ms + duration_ms
    return begins_ms, leg.speaking_until_ms


def press(core: Core, leg: Leg) -> None:
    """Press the next key of a far end; the one after it follows by a timer."""
    if not leg.keys:
        return
    digit = leg.keys.popleft()
    core.start_timer(leg, Alarm.KEY, DTMF_PAUSE_MS if digit == "p" else KEY_MS)
    if digit == "p":
        return
    leg.pressed += digit
    script = leg.script
    if script is not None and script.waiting is Waiting.PROMPTS:
        playing.interrupt(core, leg)
    collecting.key(core, leg, digit)
    recording.key(core, leg, digit)


def _dial_in(core: Core, request: DialIn) -> None:
    number = digits_of(request.to) or request.to
    if number not in core.settings.numbers:
        ours = ", ".join(core.settings.numbers) or "none"
        core.reply(422, _error(f"{request.to} is not one of our numbers ({ours})", "to"))
        return
    # A trunk is limited as the API is, and told so by SIP (3.12).
    if isinstance(request.caller, Sip) and request.caller.domain and not legs.may_dial(core):
        core.reply(503, _error("The SIP trunk is over its limit of new calls."))
        return
    leg = legs.arrive(core, Phone(number), request.caller)
    leg.custom_data = request.custom_data
    core.reply(201, {"uuid": leg.uuid, "conversation_uuid": leg.conversation})
    legs.announce(core, leg)
    if core.settings.quirks.inbound_answer == "before":
        legs.answer(core, leg)
    else:
        fetch_first(core, leg)


def fetch_first(core: Core, leg: Leg) -> None:
    """Ask the app for the first script of a leg (5.1); without an URL the leg ends."""
    payload = payloads.answer(leg, core.settings.region_url)
    then = Then(Purpose.FIRST, leg.uuid)
    if not delivery.send(core, leg.uuid, leg.plan.answer, payload, "answer", then):
        delivery.send_error(core, leg, "The application has no answer URL.")
        legs.end(core, leg, "platform")
