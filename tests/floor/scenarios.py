"""The reference traces of appendix C as records, with all fields of section 5."""

from typing import Any

from console.journal.record import Kind, Record
from tests.floor.build import API, T0, Scribe, base, iso

N = "442079460000"
"""Our number."""
F = "447700900456"
"""A caller."""
D = "447700900099"
"""Who is connected to."""
AGENT = "447700900002"

U1 = "63f61863-4a51-4f6b-86e1-46edebcf9356"
C1 = "CON-f972836a-550f-45fa-956c-12a2ab5b7d22"
I1 = "0779a56d002f1c7f47f82ef5fe84ab79"
C2 = "CON-3e0c6a3e-1111-4a5b-8c2d-0a1b2c3d4e5f"
O1 = "5b6f0d5e7a1c4f0c9e3a2d1f00112233"
AG = "1acdf499-83ae-4861-a694-9e47a98c505d"
C3 = "CON-00000000-0000-4000-8000-000000000003"
CR = "CON-00000000-0000-4000-8000-00000000000a"
CA = "CON-00000000-0000-4000-8000-00000000000b"
CX = "CON-00000000-0000-4000-8000-00000000000c"
W1 = "9a7d0000000000000000000000000001"
REC = "77aa0001-0000-4000-8000-000000000001"
WS = "wss://app.example.com/ws"


def _done(ms: int, seconds: int, *, answered_ms: int | None, **more: Any) -> dict[str, Any]:
    """Return what `completed` adds (5.3.10)."""
    return {
        "status": "completed",
        "start_time": None if answered_ms is None else iso(T0 + answered_ms),
        "end_time": iso(T0 + ms),
        "duration": str(seconds),
        "rate": "0.00450000",
        "price": f"{seconds * 0.000075:.8f}",
        "network": "GB-FIXED",
        "disconnected_by": "user",
        "sip_code": 200,
        **more,
    }


_NULLS = {"start_time": None, "rate": None, "network": None}


def c1() -> list[Record]:
    """Outbound call with an inline script; the callee answers, the script ends."""
    scribe = Scribe()

    def event(ms: int, **more: Any) -> None:
        fields = base(U1, C1, ms, from_=N, to=F, direction="outbound")
        scribe.post({**fields, **more}, ms + 40)

    scribe.asked("a1", "call.create", 0, to=F)
    body = {
        "to": [{"type": "phone", "number": F}],
        "from": {"type": "phone", "number": N},
        "ncco": [{"action": "talk", "text": "hello"}],
    }
    scribe.request("x1", "POST", API, 5, body=body, cause="a1", intent="i1")
    answer = {
        "uuid": U1,
        "status": "started",
        "direction": "outbound",
        "conversation_uuid": C1,
    }
    scribe.response("x1", "POST", API, 90, status=201, body=answer, cause="a1")
    event(60, status="started")
    event(60, status="ringing")
    event(4_000, status="answered", **_NULLS)
    done = _done(10_000, 6, answered_ms=4_000, disconnected_by="platform")
    event(10_000, **done)
    return scribe.records


def c2() -> list[Record]:
    """Inbound IVR by DTMF, synchronous connect that nobody answers, then a message."""
    scribe = Scribe()

    def caller(ms: int, **more: Any) -> None:
        fields = base(I1, C2, ms, from_=F, to=N, direction="inbound")
        scribe.post({**fields, **more}, ms + 30)

    def callee(ms: int, **more: Any) -> Record:
        fields = base(O1, C2, ms, from_=N, to=D, direction="outbound")
        return scribe.post({**fields, **more}, ms + 30)

    caller(0, status="started")
    caller(0, status="ringing")
    ask = scribe.get(
        {
            "to": N,
            "from": F,
            "uuid": I1,
            "conversation_uuid": C2,
            "region_url": "https://api-eu.vonage.com",
            "endpoint_type": "phone",
        },
        20,
    )
    scribe.reply(
        [{"action": "talk", "text": "press one", "bargeIn": True}, {"action": "input"}], 30, to=ask
    )
    caller(300, status="answered", **_NULLS)
    pressed = scribe.post(
        {
            "speech": {"error": "Speech was not enabled"},
            "dtmf": {"digits": "1", "timed_out": False},
            "from": F,
            "to": N,
            "uuid": I1,
            "conversation_uuid": C2,
            "timestamp": iso(T0 + 3_000),
        },
        3_030,
        kind=Kind.INPUT,
    )
    scribe.reply([{"action": "connect", "timeout": 10}], 3_040, to=pressed)
    callee(3_100, status="started")
    callee(3_100, status="ringing")
    lost = callee(13_100, status="timeout")
    scribe.reply([{"action": "talk", "text": "nobody"}, {"action": "record"}], 13_140, to=lost)
    callee(13_200, **_done(13_200, 0, answered_ms=None, disconnected_by="platform"))
    scribe.post(
        {
            "start_time": iso(T0 + 16_000, 0),
            "end_time": iso(T0 + 28_000, 0),
            "recording_url": "https://api.nexmo.com/v1/files/0c1d2e3f-0000-4000-8000-aabbccddeeff",
            "size": 48_211,
            "recording_uuid": REC,
            "conversation_uuid": C2,
            "timestamp": iso(T0 + 28_420),
        },
        28_500,
        kind=Kind.RECORDING,
    )
    caller(31_000, **_done(31_000, 31, answered_ms=300))
    return scribe.records


def c3() -> list[Record]:
    """Moderated conference with an agent, mute and unmute, then a survey by transfer."""
    scribe = Scribe()

    def event(leg: str, conversation: str, ms: int, **more: Any) -> None:
        inbound = leg == I1
        fields = base(
            leg,
            conversation,
            ms,
            from_=F if inbound else N,
            to=N if inbound else AGENT,
            direction="inbound" if inbound else "outbound",
        )
        scribe.post({**fields, **more}, ms + 30)

    def transfer(leg: str, from_: str, to: str, ms: int) -> None:
        scribe.post(
            {
                "conversation_uuid_from": from_,
                "type": "transfer",
                "uuid": leg,
                "conversation_uuid_to": to,
                "timestamp": iso(T0 + ms),
            },
            ms + 30,
        )

    event(I1, C3, 0, status="started")
    event(I1, C3, 0, status="ringing")
    ask = scribe.get({"to": N, "from": F, "uuid": I1, "conversation_uuid": C3}, 20)
    room = {"action": "conversation", "name": "room-7"}
    scribe.reply(
        [{**room, "startOnEnter": False, "musicOnHoldUrl": ["https://a/m.mp3"]}], 25, to=ask
    )
    event(I1, C3, 300, status="answered", **_NULLS)
    transfer(I1, C3, CR, 350)
    scribe.asked("a1", "call.create", 5_000, to=AGENT)
    scribe.request(
        "x1",
        "POST",
        API,
        5_005,
        cause="a1",
        body={
            "to": [{"type": "phone", "number": AGENT}],
            "from": {"type": "phone", "number": N},
            "ncco": [{**room, "endOnExit": False}],
        },
    )
    scribe.response(
        "x1",
        "POST",
        API,
        5_090,
        status=201,
        cause="a1",
        body={"uuid": AG, "status": "started", "direction": "outbound", "conversation_uuid": CA},
    )
    event(AG, CA, 5_060, status="started")
    event(AG, CA, 5_060, status="ringing")
    event(AG, CA, 8_000, status="answered", **_NULLS)
    transfer(AG, CA, CR, 8_050)
    scribe.asked("a2", "leg.mute", 20_000, leg=AG)
    scribe.put("x2", AG, {"action": "mute"}, 20_005, cause="a2")
    scribe.asked("a3", "leg.mute", 25_000, leg=AG)
    scribe.put("x3", AG, {"action": "unmute"}, 25_005, cause="a3")
    event(AG, CR, 60_000, **_done(60_000, 52, answered_ms=8_000))
    scribe.asked("a4", "leg.transfer", 61_000, leg=I1)
    ncco = [{"action": "talk", "text": "rate us"}, {"action": "input", "type": ["dtmf"]}]
    scribe.put(
        "x4",
        I1,
        {"action": "transfer", "destination": {"type": "ncco", "ncco": ncco}},
        61_005,
        cause="a4",
    )
    transfer(I1, CR, CX, 61_020)
    keyed = scribe.post(
        {
            "speech": {"error": "Speech was not enabled"},
            "dtmf": {"digits": "5", "timed_out": False},
            "from": F,
            "to": N,
            "uuid": I1,
            "conversation_uuid": CX,
            "timestamp": iso(T0 + 66_000),
        },
        66_030,
        kind=Kind.INPUT,
    )
    scribe.reply([{"action": "talk", "text": "thank you"}], 66_040, to=keyed)
    event(I1, CX, 69_000, **_done(69_000, 69, answered_ms=300, disconnected_by="platform"))
    return scribe.records


def c4() -> list[Record]:
    """WebSocket bridge: the app closes its socket."""
    scribe = Scribe()

    def caller(ms: int, **more: Any) -> None:
        fields = base(I1, C2, ms, from_=F, to=N, direction="inbound")
        scribe.post({**fields, **more}, ms + 30)

    def socket(ms: int, **more: Any) -> None:
        fields = base(W1, C2, ms, from_=F, to=WS, direction="outbound")
        scribe.post({**fields, "headers": {"k": "v"}, **more}, ms + 30)

    ask = scribe.get({"to": N, "from": F, "uuid": I1, "conversation_uuid": C2}, 20)
    scribe.reply(
        [{"action": "connect", "endpoint": [{"type": "websocket", "uri": WS}]}], 25, to=ask
    )
    caller(300, status="answered", **_NULLS)
    socket(400, status="started")
    socket(450, status="answered", **_NULLS)
    socket(9_000, status="disconnected")
    socket(9_050, **_done(9_050, 8, answered_ms=450))
    return scribe.records


def c5() -> list[Record]:
    """The answer URL fails twice; the fallback answers."""
    scribe = Scribe()
    asked = {"to": N, "from": F, "uuid": I1, "conversation_uuid": C2}

    def caller(ms: int, **more: Any) -> None:
        fields = base(I1, C2, ms, from_=F, to=N, direction="inbound")
        scribe.post({**fields, **more}, ms + 30)

    caller(0, status="started")
    first = scribe.get(asked, 20)
    scribe.reply(None, 25, to=first, status=503)
    fallback = scribe.get(
        {
            **asked,
            "reason": "Connection closed.",
            "original_request": {"url": "https://app.example.com/answer", "type": "answer"},
        },
        5_100,
        kind=Kind.FALLBACK,
    )
    scribe.reply([{"action": "talk", "text": "sorry"}], 5_110, to=fallback)
    caller(5_200, status="answered", **_NULLS)
    caller(9_000, **_done(9_000, 4, answered_ms=5_200, disconnected_by="platform"))
    return scribe.records


SCENARIOS = {"C1": c1, "C2": c2, "C3": c3, "C4": c4, "C5": c5}
