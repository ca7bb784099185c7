"""What the people at the other end do, driven from outside (contracts/sandbox-control.md)."""

from typing import Any, Final, assert_never

from console.sandbox.engine import delivery, legs, payloads, sockets, speaking
from console.sandbox.engine.behaviours import DECLINED, outcome
from console.sandbox.engine.core import Core
from console.sandbox.engine.effects import SoundPath, Speech
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
from console.sandbox.engine.state import Leg, Purpose, Then
from console.voice.endpoints import Phone, Sip, Websocket
from console.voice.numbers import digits_of
from console.voice.statuses import Status

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
            if (
                leg.direction == "inbound"
                or leg.status is not Status.RINGING
                or isinstance(leg.to, Websocket)
            ):
                core.reply(409, _error(f"The leg {leg.uuid} does not ring at its far end."))
                return
            _ok(core, leg)
            if isinstance(request, FarEndAnswer):
                legs.answer(core, leg)
            else:
                legs.refuse(core, leg, DECLINED)
        case FarEndDtmf() | FarEndSay() | FarEndPlay():
            if leg.direction == "outbound" and isinstance(leg.to, Websocket):
                core.reply(409, _error(f"The far end of {leg.uuid} is a WebSocket of the app."))
                return
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
            speaking.press(core, leg, digits)
        case FarEndSay(text=text):
            _ok(core, leg)
            leg.said.append(text)
            speaking.say(core, leg, Speech(text, request.language, request.style))
        case FarEndPlay(path=path):
            _ok(core, leg)
            leg.played.append(path)
            speaking.say(core, leg, SoundPath(path))
        case _ as never:
            assert_never(never)


def _ok(core: Core, leg: Leg) -> None:
    core.reply(200, {"uuid": leg.uuid})


def acts(core: Core, leg: Leg) -> None:
    """Do what the behaviour of the far end says, now."""
    behaviour = leg.behaviour
    refused = outcome(behaviour) if behaviour is not None else None
    if refused is not None:
        legs.refuse(core, leg, refused)
    elif leg.answered_ms is None and isinstance(leg.to, Websocket):
        sockets.dial(core, leg, leg.to)
    elif leg.answered_ms is None:
        legs.answer(core, leg)


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
