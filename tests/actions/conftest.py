"""A desk on a small sandbox: real sockets, a real journal, a real receiver."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.config.context import Context, ReceiverSettings, SignaturePolicy
from console.desk import Desk, open_desk
from console.floor.views import Leg
from console.http import AsyncClient
from console.journal.record import Kind, Record
from console.voice.errors import problem_json, state_error_json
from tests.client.conftest import APPLICATION, MakeContext
from tests.client.conftest import make_context as make_context
from tests.client.conftest import pem as pem
from tests.client.platform import Platform, Reply, Seen, platform

OURS, CALLER = "447700900001", "447700900000"
ENDED = ("completed", "busy", "rejected")


def leg_of(status: str = "answered", conversation: str | None = None) -> dict[str, Any]:
    return {
        "uuid": str(uuid.uuid4()),
        "conversation_uuid": conversation or f"CON-{uuid.uuid4()}",
        "conversation_name": None,
        "status": status,
        "direction": "outbound",
        "from": OURS,
        "to": CALLER,
        "muted": False,
        "earmuffed": False,
        "playing": None,
        "heard": [],
        "pressed": "",
        "digits_to": None,
        "said": [],
        "hears": [],
    }


class SmallSandbox:
    """Enough of both sides of a sandbox to act on; it sends no webhooks by itself."""

    def __init__(self) -> None:
        self.legs: dict[str, dict[str, Any]] = {}
        self.hooks: dict[str, Any] = {"event_url": {"address": "https://old.example/event"}}
        self.instead: Callable[[Seen], Reply | None] = lambda seen: None
        self.there: Platform | None = None

    def add(self, status: str = "answered", conversation: str | None = None) -> str:
        leg = leg_of(status, conversation)
        self.legs[leg["uuid"]] = leg
        return str(leg["uuid"])

    def __call__(self, seen: Seen) -> Reply:
        if (instead := self.instead(seen)) is not None:
            return instead
        parts = seen.path.strip("/").split("/")
        match seen.method, parts:
            case "GET", ["v2", "applications", _]:
                voice = {"webhooks": self.hooks}
                return Reply(200, {"id": APPLICATION, "capabilities": {"voice": voice}})
            case "PUT", ["v2", "applications", _]:
                self.hooks = seen.json()["capabilities"]["voice"]["webhooks"]
                return Reply(200, {})
            case "GET", ["sandbox"]:
                return Reply(200, {"numbers": [OURS]})
            case "GET", ["sandbox", "calls"]:
                return Reply(200, {"calls": list(self.legs.values())})
            case "POST", ["sandbox", "calls"]:
                return Reply(201, self._ids(self.add("ringing")))
            case "POST", ["v1", "calls"]:
                made = self._ids(self.add("started"))
                return Reply(201, made | {"status": "started", "direction": "outbound"})
            case "GET", ["v1", "calls"]:
                return Reply(200, {"_embedded": {"calls": []}, "_links": {}})
        leg = self.legs.get(parts[2]) if len(parts) > 2 else None
        if leg is None:
            return Reply(404, problem_json("not-found", "0" * 32))
        if parts[0] == "sandbox":
            return Reply(200, leg)
        if seen.method == "GET":
            return Reply(200, {n: leg[n] for n in ("uuid", "conversation_uuid", "status")})
        return self._act(seen, leg, parts[3:])

    def _ids(self, leg: str) -> dict[str, Any]:
        return {n: self.legs[leg][n] for n in ("uuid", "conversation_uuid")}

    def _act(self, seen: Seen, leg: dict[str, Any], below: list[str]) -> Reply:
        body = seen.json() if seen.body else {}
        if leg["status"] in ENDED:
            return Reply(404, problem_json("not-found", "0" * 32))
        if body.get("action") != "hangup" and leg["status"] != "answered":
            return Reply(400, state_error_json())
        now = datetime.now(UTC).isoformat()
        match below, body.get("action"):
            case [], "hangup":
                leg["status"] = "completed"
            case [], "mute" | "unmute":
                leg["muted"] = body["action"] == "mute"
            case [], "earmuff" | "unearmuff":
                leg["earmuffed"] = body["action"] == "earmuff"
            case [], "transfer":
                leg["conversation_uuid"] = f"CON-{uuid.uuid4()}"
            case [("talk" | "stream") as kind], _ if seen.method == "PUT":
                what = "text" if kind == "talk" else "url"
                said = body["text"] if kind == "talk" else body["stream_url"][0]
                leg["playing"] = {"kind": kind, what: said, "remaining_ms": 60_000}
                leg["heard"].append({"kind": kind, what: said, "at": now})
            case ["talk" | "stream"], _:
                leg["playing"] = None
            case ["input", "dtmf"], _:
                leg["digits_to"] = body["event_url"][0] if seen.method == "PUT" else None
            case ["dtmf"], _:
                leg["heard"].append({"kind": "dtmf", "digits": body["digits"], "at": now})
        return Reply(204) if not below else Reply(200, {"uuid": leg["uuid"]})

    def asked(self) -> list[tuple[str, str, Any]]:
        """What was asked of the API itself, in order."""
        assert self.there is not None
        return [
            (seen.method, seen.path.rpartition("/v1/calls")[2], json.loads(seen.body or b"null"))
            for seen in self.there.seen
            if seen.path.startswith("/v1/calls") and seen.method != "GET"
        ]


class Floor:
    """A desk, its sandbox, and the events that a test sends."""

    def __init__(self, desk: Desk, sandbox: SmallSandbox, http: AsyncClient) -> None:
        self.desk, self.sandbox, self._http = desk, sandbox, http

    async def event(self, leg: str, status: str) -> None:
        found = self.sandbox.legs[leg]
        found["status"] = status
        names = ("uuid", "conversation_uuid", "from", "to", "status", "direction")
        body = {name: found[name] for name in names}
        body["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        answer = await self._http.post(self.desk.receiver.event_url, json=body)
        assert answer.status_code == 204
        await self.until(lambda: self.leg(leg) is not None and self.status(leg) == status)

    async def post(self, url: str, body: dict[str, Any]) -> None:
        answer = await self._http.post(url, json=body)
        assert answer.status_code == 204

    def leg(self, leg: str) -> Leg | None:
        return self.desk.store.floor.leg(leg)

    def status(self, leg: str) -> str | None:
        found = self.leg(leg)
        return None if found is None else found.status

    async def until(self, holds: Callable[[], bool]) -> None:
        changed = asyncio.Event()
        leave = self.desk.store.subscribe(lambda _: changed.set())
        try:
            async with asyncio.timeout(5):
                while not holds():
                    changed.clear()
                    await changed.wait()
        finally:
            leave()

    async def records(self, *kinds: Kind) -> list[Record]:
        return [record async for record in self.desk.journal.read() if record.kind in kinds]


OpenFloor = Callable[..., Any]


@pytest.fixture
def sandbox() -> SmallSandbox:
    return SmallSandbox()


@pytest.fixture
def context_of(make_context: MakeContext) -> Callable[..., Context]:
    def make(url: str, **more: Any) -> Context:
        receiver = ReceiverSettings(policy=SignaturePolicy.OFF)
        return make_context(url, **({"receiver": receiver} | more))

    return make


@pytest.fixture
def open_floor(
    sandbox: SmallSandbox, context_of: Callable[..., Context], tmp_path: Path
) -> OpenFloor:
    @asynccontextmanager
    async def opened(**more: Any) -> AsyncIterator[Floor]:
        async with platform(sandbox) as there:
            sandbox.there = there
            context = context_of(there.url, **more)
            async with (
                AsyncClient(trust_env=False, verify=False) as http,
                open_desk(context, journal_path=tmp_path / "desk.sqlite") as desk,
            ):
                floor = Floor(desk, sandbox, http)
                if context.is_sandbox:
                    await floor.until(
                        lambda: all(floor.leg(leg) is not None for leg in sandbox.legs)
                    )
                yield floor

    return opened


@pytest.fixture
async def floor(sandbox: SmallSandbox, open_floor: OpenFloor) -> AsyncIterator[Floor]:
    sandbox.add()
    async with open_floor() as opened:
        yield opened


@pytest.fixture
def leg(floor: Floor) -> str:
    return next(iter(floor.sandbox.legs))
