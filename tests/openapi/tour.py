"""One walk through every operation of section 3 and 10.4 that our client asks for, written down."""

import asyncio
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Final

import pytest

from console.client.applications import Applications, VoiceWebhooks
from console.client.errors import VoiceApiError
from console.client.voice_client import VoiceClient
from console.clock import SystemClock
from console.http import Response
from console.journal.sqlite import SqliteJournal
from console.sandbox.clock import VIRTUAL_START_MS
from console.voice.calls import CallFilter, StreamRequest, TalkRequest, parse_new_call
from console.voice.ncco import parse_ncco
from console.voice.statuses import Status
from tests.openapi.exchanges import Exchange
from tests.real_sandbox import RealSandbox
from tests.sandbox.given import STAY, TALK, VIRTUAL, Caller, CustomerServer, connected

_IDENTITY: Final = (
    'eyJhbGciOiJFUzI1NiJ9.e30.c2ln;info=<https://cert.example/1>;alg=ES256;ppt="shaken"'
)
_OURS: Final = {"type": "phone", "number": "442079460000"}


def endpoints(app: str) -> list[dict[str, Any]]:
    """Every kind of endpoint, with all it may have."""
    sockets = app.replace("http", "ws")
    return [
        {"type": "phone", "number": "447700900000", "dtmfAnswer": "p12#"},
        {"type": "phone", "number": "447700900001", "shaken": _IDENTITY},
        {"type": "sip", "uri": "sip:desk@sip.example.com"},
        {
            "type": "sip",
            "uri": "sip:desk@sip.example.com",
            "headers": {"department": "sales"},
            "standard_headers": {"User-to-User": "342342ef34;encoding=hex"},
        },
        {
            "type": "websocket",
            "uri": f"{sockets}/socket",
            "content-type": "audio/l16;rate=16000",
        },
        {
            "type": "websocket",
            "uri": f"{sockets}/{'long/' * 12}socket",
            "content-type": "audio/l16;rate=8000",
            "headers": {"line": 3},
        },
        {
            "type": "websocket",
            "uri": f"{sockets}/socket",
            "content-type": "audio/l16;rate=24000",
            "authorization": {"type": "vonage"},
        },
        {"type": "app", "user": "jamie"},
        {"type": "vbc", "extension": "1234"},
    ]


class Tour:
    """The client at work; every exchange is kept."""

    def __init__(self, caller: Caller, app: CustomerServer, client: VoiceClient) -> None:
        self.exchanges: list[Exchange] = []
        self._caller = caller
        self._app = app
        self._client = client
        for http in (caller.http, client.wire.http):
            http.event_hooks = {"response": [self._keep]}

    async def walk(self, folder: Path) -> None:
        await self._applications()
        await self._kinds_of_calls()
        leg = await self._create()
        await self._caller.advance(3)
        await self._steer(leg)
        await self._refusals(leg)
        await self._transfers(leg)
        await self._client.hangup(leg)
        await self._recording(folder)
        await self._caller.control("POST", "/clock", {"until": "idle"})
        await self._look(leg)

    async def _keep(self, response: Response) -> None:
        await response.aread()
        url = response.request.url
        if not url.path.startswith("/sandbox"):
            self.exchanges.append(
                Exchange(
                    response.request.method,
                    url.path,
                    url.query.decode(),
                    response.request.content,
                    response.status_code,
                    response.headers.get("content-type", ""),
                    response.content,
                )
            )

    async def _create(self, **more: Any) -> str:
        body = {"to": [{"type": "phone", "number": "447700900000"}], "from": _OURS} | more
        if not {"ncco", "answer_url"} & body.keys():
            body["ncco"] = STAY
        call = parse_new_call({name: value for name, value in body.items() if value is not None})
        return (await self._client.create(call, intent="tour")).uuid

    async def _applications(self) -> None:
        applications = Applications(self._client.wire)
        before = await applications.point(VoiceWebhooks(answer_url=f"{self._app.url}/other"))
        await applications.point(before)
        path = "/v2/applications"
        made = await self._caller.account("POST", path, {"name": "Another"})
        one = f"{path}/{made.json()['id']}"
        await self._caller.account("GET", path)
        await self._caller.account("GET", f"{path}?page_size=1&page=2")
        await self._caller.account("GET", f"{path}?page_size=1000")
        await self._caller.account("GET", one)
        voice = {
            "webhooks": {
                "answer_url": {
                    "address": f"{self._app.url}/answer",
                    "http_method": "GET",
                    "connect_timeout": 500,
                    "socket_timeout": 3000,
                },
            },
            "signed_callbacks": True,
            "conversations_ttl": 24,
            "leg_persistence_time": 3,
            "region": "eu-west",
        }
        body = {"name": "Another", "capabilities": {"voice": voice, "vbc": {}}}
        body["privacy"] = {"improve_ai": False}
        await self._caller.account("PUT", one, body)
        await self._caller.account("PUT", one, {"name": 3})
        await self._caller.account("DELETE", one)
        await self._caller.account("GET", one)
        await self._caller.http.get(path)

    async def _kinds_of_calls(self) -> None:
        for endpoint in endpoints(self._app.url):
            await self._create(to=[endpoint])
        urls = {"answer_url": [f"{self._app.url}/answer"], "event_url": [f"{self._app.url}/event"]}
        methods = {"answer_method": "POST", "event_method": "GET"}
        await self._create(**urls, **methods, machine_detection="hangup", ringing_timer=30)
        await self._create(length_timer=86_400)
        await self._create(advanced_machine_detection={"behavior": "continue", "mode": "detect"})
        await self._create(**{"from": None}, random_from_number=True)
        caller = {"type": "phone", "number": "sip:desk@sip.example.com"}
        await self._create(**{"from": caller})
        body = {"to": [{"type": "phone", "number": "447700900000"}], "from": _OURS, "ncco": TALK}
        await self._caller.api("POST", "/v2/calls", body)
        await self._caller.dial_in()

    async def _steer(self, leg: str) -> None:
        client = self._client
        for act in (client.mute, client.unmute, client.earmuff, client.unearmuff, client.read):
            await act(leg)
        await client.talk(leg, TalkRequest(text="Hello", loop=0))
        await client.talk(leg, TalkRequest(text="Hallo", language="af-ZA", premium=True, level=0.4))
        await client.stop_talk(leg)
        await client.stream(leg, StreamRequest(url=f"{self._app.url}/a.mp3", loop=0, level=-0.5))
        await client.stop_stream(leg)
        await client.dtmf(leg, "1p2#")
        await client.subscribe_dtmf(leg, f"{self._app.url}/event")
        await client.unsubscribe_dtmf(leg)

    async def _transfers(self, leg: str) -> None:
        await self._client.transfer_to_url(leg, f"{self._app.url}/answer")
        await self._client.transfer_to_ncco(leg, parse_ncco(STAY))
        await self._caller.advance(1)

    async def _refusals(self, leg: str) -> None:
        api = self._caller.api
        ringing = await self._create(to=[{"type": "phone", "number": "999000600001"}])
        await _refused(400, self._client.talk(ringing, TalkRequest(text="Hello")))
        await _refused(404, self._client.read("7d0a1b6e-0000-4000-8000-000000000000"))
        await _refused(404, self._client.hangup("0779a56d002f1c7f47f82ef5fe84ab79"))
        unknown = f"{self._caller.sandbox.url}/v1/files/7d0a1b6e-0000-4000-8000-000000000000"
        await api("GET", unknown)
        for method, path, body in (
            ("POST", "/v1/calls", {"to": "447700900000"}),
            ("GET", "/v1/calls?page_size=0", None),
            ("PUT", f"/v1/calls/{leg}", {"action": "sing"}),
            ("PUT", f"/v1/calls/{leg}/stream", {"stream_url": "http://one.example"}),
            ("PUT", f"/v1/calls/{leg}/talk", {}),
            ("PUT", f"/v1/calls/{leg}/dtmf", {"digits": "x"}),
            ("PUT", f"/v1/calls/{leg}/input/dtmf", {}),
        ):
            assert (await api(method, path, body)).status_code == 400, path
        assert (await self._caller.http.get("/v1/calls")).status_code == 401
        wrong = {"accept": "text/plain"}
        assert (await api("GET", f"/v1/calls/{leg}", headers=wrong)).status_code == 406
        plain = {"content-type": "text/plain"}
        path = f"/v1/calls/{leg}"
        assert (await api("PUT", path, {}, headers=plain)).status_code == 415

    async def _recording(self, folder: Path) -> None:
        record = {"action": "record", "timeOut": 3, "eventUrl": [f"{self._app.url}/event"]}
        await self._create(ncco=[record, *STAY])
        await self._caller.advance(10)
        url = next(
            event["recording_url"] for event in self._app.events() if "recording_url" in event
        )
        await self._client.download(url, folder, "7d0a1b6e-0000-4000-8000-000000000001")

    async def _look(self, leg: str) -> None:
        call = await self._client.read(leg)
        assert call.status == "completed", call
        wheres = [
            CallFilter(page_size=3),
            CallFilter(conversation=call.conversation, order="desc"),
            CallFilter(status=Status.COMPLETED, page_size=100),
            CallFilter(date_start_ms=VIRTUAL_START_MS, date_end_ms=VIRTUAL_START_MS + 86_400_000),
        ]
        for where in wheres:
            assert [found async for found in self._client.list(where)]


async def _refused(status: int, asked: Awaitable[Any]) -> None:
    with pytest.raises(VoiceApiError) as refused:
        await asked
    assert refused.value.status == status


async def tour() -> list[Exchange]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clock = SystemClock()
        async with connected(VIRTUAL) as (caller, app):
            context = RealSandbox(caller.env, 0).context(
                calls_per_second=1_000, requests_per_second=1_000
            )
            journal = SqliteJournal.open(
                folder / "tour.sqlite", clock=clock, context="tour", version="0"
            )
            client = VoiceClient(context, journal, clock=clock)
            walked = Tour(caller, app, client)
            try:
                await walked.walk(folder)
            finally:
                await client.close()
                await journal.close()
            return walked.exchanges


def toured() -> list[Exchange]:
    return asyncio.run(tour())
