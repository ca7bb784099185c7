"""A floor made of real records: the bytes that the platform sends, in a clock that stands still."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from console.floor.fold import Floor
from console.floor.store import Store
from console.journal.record import Kind, NewRecord, Record, Verdict
from console.voice.webhooks import name, parse_body
from tests.fake_clock import START_NS, FakeClock

OURS = "447700900000"


def stamp(at_ns: int) -> str:
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(at_ns / 1e9, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ns // 1_000_000 % 1000:03d}Z"


class Scene:
    """Writes records as a journal would number them, and folds them into one store."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.store = Store(Floor())
        self.records: list[Record] = []

    def add(self, *new: NewRecord) -> None:
        records = [
            Record(
                **{field: getattr(each, field) for field in NewRecord.__struct_fields__},
                seq=len(self.records) + 1 + number,
                session="scene",
            )
            for number, each in enumerate(new)
        ]
        self.records += records
        self.store.apply_all(records)

    def webhook(
        self, body: Mapping[str, Any], *, verdict: Verdict = Verdict.SIGNED, query: str = ""
    ) -> None:
        raw = json.dumps(body).encode()
        event = parse_body(raw)
        self.add(
            NewRecord(
                kind=Kind.EVENT,
                at=self.clock.now_ns(),
                mono=self.clock.monotonic_ns(),
                leg=event.leg,
                conversation=event.conversation,
                status=name(event),
                verdict=verdict,
                raw=raw,
                meta={"method": "POST", "path": "/webhooks/event", "query": query},
            )
        )

    def status(
        self, leg: str, conversation: str, status: str, *, direction: str = "inbound", **more: Any
    ) -> None:
        ends = {"from": "447700900001", "to": OURS}
        ends.update({key: more.pop(key + "_") for key in ("from", "to") if key + "_" in more})
        self.webhook(
            {
                **ends,
                "uuid": leg,
                "conversation_uuid": conversation,
                "status": status,
                "direction": direction,
                "timestamp": stamp(self.clock.now_ns()),
                **more,
            }
        )

    def up(self, leg: str, conversation: str, **more: Any) -> None:
        """A leg that started, rang and was answered, 1.2 s together."""
        for status, seconds in (("started", 0.2), ("ringing", 1.0), ("answered", 0.0)):
            self.status(leg, conversation, status, **more)
            self.clock.tick(seconds)

    def asked(
        self,
        attempt: str,
        action: str,
        *,
        leg: str | None = None,
        conversation: str | None = None,
        **args: str,
    ) -> None:
        self.add(
            NewRecord(
                kind=Kind.ACTION_ASKED,
                at=self.clock.now_ns(),
                mono=self.clock.monotonic_ns(),
                exchange=attempt,
                leg=leg,
                conversation=conversation,
                meta={"action": action, "args": args},
            )
        )

    def exchange(
        self,
        cause: str,
        method: str,
        path: str,
        status: int,
        *,
        leg: str | None = None,
        body: Mapping[str, Any] | None = None,
        answer: Mapping[str, Any] | None = None,
        conversation: str | None = None,
        shape: str | None = None,
    ) -> None:
        """A request of ours and its answer, 84 ms later."""
        url = f"https://api.nexmo.com{path}"
        exchange = f"x{len(self.records)}"
        common: Any = {"leg": leg, "conversation": conversation, "exchange": exchange}
        self.add(
            NewRecord(
                kind=Kind.REST_REQUEST,
                at=self.clock.now_ns(),
                mono=self.clock.monotonic_ns(),
                raw=json.dumps(body).encode() if body is not None else b"",
                meta={"method": method, "url": url, "cause": cause},
                **common,
            )
        )
        self.clock.tick(0.084)
        self.add(
            NewRecord(
                kind=Kind.REST_RESPONSE,
                at=self.clock.now_ns(),
                mono=self.clock.monotonic_ns(),
                raw=json.dumps(answer).encode() if answer is not None else b"",
                meta={
                    "method": method,
                    "url": url,
                    "cause": cause,
                    "status": status,
                    "elapsed_ms": 84.0,
                },
                status=shape,
                **common,
            )
        )

    def read_back(self, cause: str, leg: str, conversation: str, **facts: Any) -> None:
        """What the sandbox tells of a leg."""
        answer = {
            "uuid": leg,
            "conversation_uuid": conversation,
            "conversation_name": None,
            "status": "answered",
            "direction": "inbound",
            "from": "447700900001",
            "to": OURS,
            "muted": False,
            "earmuffed": False,
            "playing": None,
            "heard": [],
            "pressed": "",
            "said": [],
            "hears": [],
            **facts,
        }
        self.exchange(
            cause,
            "GET",
            f"/sandbox/calls/{leg}",
            200,
            leg=leg,
            conversation=conversation,
            answer=answer,
            shape="readback",
        )


def name_it(scene: Scene, leg: str, conversation: str, room: str) -> None:
    """A read-back that tells a conversation's name."""
    scene.read_back("", leg, conversation, conversation_name=room)


def busy_floor() -> Scene:
    """A floor with one of everything, for the pictures."""
    scene = Scene(FakeClock(START_NS - 200_000_000_000))
    con = "CON-{0}f5a2b10-0000-4000-8000-00000000000{0}".format
    leg = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format
    scene.up(leg(1), con(1))
    scene.clock.tick(12)
    scene.up(leg(2), con(1), direction="outbound", from_=OURS, to_="447700900102")
    scene.clock.tick(40)
    scene.up(leg(3), con(1), direction="outbound", from_=OURS, to_="447700900103")
    name_it(scene, leg(1), con(1), "support-7")
    scene.clock.tick(18)
    scene.asked("a1", "leg.earmuff", leg=leg(2), want="earmuff")
    scene.exchange("a1", "PUT", f"/v1/calls/{leg(2)}", 204, leg=leg(2), body={"action": "earmuff"})
    scene.read_back(
        "a1",
        leg(2),
        con(1),
        earmuffed=True,
        direction="outbound",
        **{"from": OURS, "to": "447700900102"},
        conversation_name="support-7",
    )
    scene.clock.tick(20)
    scene.up(leg(4), con(2), from_="447700900456")
    scene.clock.tick(20)
    scene.status(leg(5), con(3), "started", direction="outbound", from_=OURS, to_="447700900203")
    scene.status(leg(5), con(3), "busy", direction="outbound", from_=OURS, to_="447700900203")
    scene.clock.tick(1)
    scene.status(
        leg(5),
        con(3),
        "completed",
        direction="outbound",
        from_=OURS,
        to_="447700900203",
        price="0.00",
        duration="0",
    )
    scene.clock.tick(14)
    scene.status(leg(6), con(4), "started", from_="442079460123")
    scene.status(leg(6), con(4), "ringing", from_="442079460123")
    scene.clock.tick(6)
    scene.asked("a2", "leg.mute", leg=leg(3), want="mute")
    scene.exchange("a2", "PUT", f"/v1/calls/{leg(3)}", 204, leg=leg(3), body={"action": "mute"})
    scene.asked("a3", "leg.say", leg=leg(1), text="Please hold the line")
    scene.exchange(
        "a3",
        "PUT",
        f"/v1/calls/{leg(1)}/talk",
        200,
        leg=leg(1),
        body={"text": "Please hold the line, we are with you in a moment"},
        answer={"message": "Talk started", "uuid": leg(1)},
    )
    scene.asked("a4", "leg.transfer", leg=leg(4), kind="conversation", value="billing")
    scene.exchange(
        "a4",
        "PUT",
        f"/v1/calls/{leg(4)}",
        400,
        leg=leg(4),
        body={"action": "transfer"},
        answer={"type": "VALIDATION_ERROR", "error_title": "Bad Request"},
    )
    scene.clock.tick(2)
    return scene


def seen_on(strips: Iterable[Any]) -> list[str]:
    return [strip.text for strip in strips]
