"""Requests of the API (3.1, 3.5 to 3.9), authenticated and validated before they come here."""

from typing import Any, Final, assert_never

from console.sandbox.engine import (
    connecting,
    delivery,
    legs,
    payloads,
    playing,
    rooms,
    scripts,
    sounding,
)
from console.sandbox.engine.core import Core
from console.sandbox.engine.inputs import (
    ApiRequest,
    CreateCall,
    ModifyCall,
    SendDtmf,
    StartStream,
    StartTalk,
    StopStream,
    StopTalk,
    SubscribeDtmf,
    TransferCall,
)
from console.sandbox.engine.legs import Dialling
from console.sandbox.engine.settings import WebhookTarget, answer_target
from console.sandbox.engine.state import Leg, Plan, Purpose, Then
from console.voice.endpoints import Phone
from console.voice.errors import (
    InvalidParameter,
    invalid_parameters_json,
    problem_json,
    state_error_json,
)
from console.voice.ids import undashed
from console.voice.ncco import Ncco

_EARLY_MS: Final = 2_000
"""A hang-up so soon after the creation may be refused (3.5)."""


def handle(core: Core, request: ApiRequest) -> None:
    """Do what a request asks for; it gets exactly one reply."""
    if isinstance(request, CreateCall):
        _create(core, request)
        return
    quirks = core.settings.quirks
    leg = core.state.live.get(request.uuid)
    hangup = isinstance(request, ModifyCall) and request.action == "hangup"
    if leg is None and hangup and quirks.ended_leg_hangup == "400" and core.state.leg(request.uuid):
        core.reply(400, state_error_json())
        return
    if leg is None:
        core.reply(404, problem_json("not-found", _trace(core), about=request.uuid))
        return
    if hangup and quirks.early_hangup == "400" and core.now_ms < leg.created_ms + _EARLY_MS:
        core.reply(400, state_error_json())
        return
    if leg.answered_ms is None and not hangup:
        core.reply(400, state_error_json())
        return
    if isinstance(request, StartTalk) and quirks.second_talk == "400" and _talks(leg):
        core.reply(400, state_error_json())
        return
    match request:
        case ModifyCall():
            core.reply(204)
            _modify(core, leg, request.action)
        case TransferCall():
            if quirks.transfer_reply == "200":
                core.reply(200, {"message": "Received"})
            else:
                core.reply(204)
            _transfer(core, leg, request)
        case StartTalk(request=talk):
            core.reply(200, _done("Talk started", leg))
            playing.play(core, leg, playing.of(talk))
        case StopTalk():
            core.reply(200, _done("Talk stopped", leg))
            playing.stop(core, leg, "talk")
        case StartStream(request=stream):
            core.reply(200, _done("Stream started", leg))
            playing.play(core, leg, playing.of(stream))
        case StopStream():
            core.reply(200, _done("Stream stopped", leg))
            playing.stop(core, leg, "stream")
        case SendDtmf(digits=digits):
            core.reply(200, _done("DTMF sent", leg))
            sounding.send_tones(core, leg, digits)
        case SubscribeDtmf(event_url=url):
            core.reply(200 if url is not None else int(quirks.unsubscribe_reply))
            leg.digits_to = None if url is None else WebhookTarget(url)
        case _ as never:
            assert_never(never)


def _talks(leg: Leg) -> bool:
    return leg.playback is not None and leg.playback.kind == "talk"


def _trace(core: Core) -> str:
    return undashed(core.dashed())


def _done(message: str, leg: Leg) -> dict[str, Any]:
    return {"message": message, "uuid": leg.uuid}


def _create(core: Core, asked: CreateCall) -> None:
    request = asked.request
    if request.event_url is None and core.settings.event is None:
        missing = InvalidParameter("event_url", "is required: the application has none")
        core.reply(400, invalid_parameters_json([missing]))
        return
    if not legs.may_dial(core):
        core.reply(429, problem_json("rate-limit", _trace(core)))
        return
    url, answer_url = request.event_url, request.answer_url
    caller = None if request.random_from_number else request.caller
    leg = legs.place(
        core,
        Dialling(
            to=request.to,
            from_=legs.caller_id(core, request.to) if caller is None else Phone(caller),
            events=None if url is None else WebhookTarget(url, request.event_method or "POST"),
            plan=Plan(
                request.ncco,
                None
                if answer_url is None
                else answer_target(answer_url, request.answer_method or "GET"),
            ),
            detection=connecting.detection_of(
                request.machine_detection, request.advanced_machine_detection
            ),
            ringing_s=request.ringing_timer,
            length_s=request.length_timer,
        ),
    )
    if asked.beta and not isinstance(request.to, Phone) and core.settings.quirks.client_ref == "v2":
        leg.client_ref = asked.client_ref or core.dashed()
    core.reply(
        201,
        {
            "uuid": leg.uuid,
            "status": leg.status.value,
            "direction": leg.direction,
            "conversation_uuid": leg.conversation,
        },
    )
    legs.announce(core, leg)


def _modify(core: Core, leg: Leg, action: str) -> None:
    match action:
        case "hangup":
            legs.end(core, leg, "platform")
        case "mute" | "unmute":
            leg.muted = action == "mute"
            core.touch(leg.conversation)
        case "earmuff" | "unearmuff":
            leg.earmuffed = action == "earmuff"
            core.touch(leg.conversation)
        case _:
            raise ValueError(f"not an action of a leg: {action!r}")


def _transfer(core: Core, leg: Leg, request: TransferCall) -> None:
    leg.transfers += 1
    if request.ncco is not None:
        transfer(core, leg, request.ncco)
        return
    # The present script goes on until the new one is here; it stays where none comes (5.5).
    target = None if request.url is None else answer_target(request.url)
    then = Then(Purpose.TRANSFER, leg.uuid, leg.transfers)
    payload = payloads.answer(leg, core.settings.region_url)
    delivery.send(core, leg.uuid, target, payload, "answer", then)


def transfer(core: Core, leg: Leg, ncco: Ncco) -> None:
    """Move a leg into a conversation of its own and run an NCCO on it (3.5)."""
    scripts.abandon(core, leg)
    rooms.move(core, leg, rooms.create(core))
    scripts.start(core, leg, ncco)
