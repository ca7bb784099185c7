"""Legs that are WebSockets of the app: opened, refused, closed by either side (section 7)."""

from typing import Final

from console.sandbox.engine import delivery, legs, payloads, scripts
from console.sandbox.engine.behaviours import Outcome
from console.sandbox.engine.core import Core
from console.sandbox.engine.effects import OpenSocket
from console.sandbox.engine.inputs import SocketClosed, SocketOpened, SocketRefused
from console.sandbox.engine.media_state import Socket
from console.sandbox.engine.state import Leg, Purpose, Then
from console.voice.endpoints import Websocket, address
from console.voice.ncco import DEFAULT_LANGUAGE, Ncco
from console.voice.statuses import Status

_CODES: Final = {Status.UNANSWERED: 480, Status.FAILED: 503}


def dial(core: Core, leg: Leg, endpoint: Websocket) -> None:
    """Open the socket of a leg; 101 answers it (7.1)."""
    leg.socket = Socket.OPENING
    core.do(OpenSocket(leg.uuid, endpoint, address(leg.from_), DEFAULT_LANGUAGE))


def handle(core: Core, news: SocketOpened | SocketRefused | SocketClosed) -> None:
    """Take what became of a socket; news of one that was closed meanwhile is dropped."""
    leg = core.state.live.get(news.leg)
    if leg is None:
        return
    match news:
        case SocketOpened():
            if leg.socket is Socket.OPENING:
                leg.socket = Socket.OPEN
                legs.answer(core, leg)
        case SocketRefused(status=status, detail=detail):
            if leg.socket is Socket.OPENING:
                leg.socket = None
                refused = Status.UNANSWERED if status == Status.UNANSWERED else Status.FAILED
                by = "user" if refused is Status.UNANSWERED else "platform"
                legs.refuse(core, leg, Outcome(refused, detail, _CODES[refused], True, by))
        case SocketClosed():
            if leg.socket is Socket.OPEN:
                _closed(core, leg)


def _closed(core: Core, leg: Leg) -> None:
    """Tell that the app closed its socket; the leg is over when the reply is through (7.4)."""
    leg.socket = Socket.CLOSED
    parent = core.state.live.get(leg.parent or "")
    then = None if parent is None else Then(Purpose.DISCONNECTED, leg.uuid)
    payload = payloads.disconnected(leg, core.now_ms)
    if not delivery.send_event(core, leg, payload, then=then) or then is None:
        legs.end(core, leg, "user")


def replied(core: Core, leg: Leg, ncco: Ncco | None) -> None:
    """Run the NCCO of the reply to `disconnected` on the leg that dialled; end this one."""
    parent = core.state.live.get(leg.parent or "")
    if ncco is not None and parent is not None and parent.answered:
        scripts.replace(core, parent, ncco)
    legs.end(core, leg, "user")
