"""The sandbox's own side is read without a token and kept like any exchange."""

import pytest

from console.client.errors import VoiceApiError, VoiceUnreadableError
from console.client.sandbox_control import SandboxControl
from console.journal.record import Kind
from console.journal.sqlite import SqliteJournal
from tests.client.conftest import MakeClient
from tests.client.platform import Reply, platform

LEG = {
    "uuid": "0779a56d002f1c7f47f82ef5fe84ab79",
    "conversation_uuid": "CON-1",
    "conversation_name": None,
    "status": "answered",
    "direction": "inbound",
    "from": "447700900999",
    "to": "447700900001",
    "muted": True,
    "earmuffed": False,
    "playing": {"kind": "talk", "text": "Hi", "remaining_ms": 1200},
    "heard": [{"kind": "dtmf", "digits": "12", "at": "2025-03-01T09:00:00.000Z"}],
    "pressed": "12#",
    "said": ["hello"],
    "hears": ["63f6"],
    "new": "field",
}


async def test_a_leg_is_read_back(make_client: MakeClient, journal: SqliteJournal) -> None:
    async with platform(lambda _: Reply(200, LEG)) as there:
        client = make_client(there.url)
        leg = await SandboxControl(client.wire, there.url + "/").read("0779", cause="a1")
        (seen,) = there.seen
    assert seen.target == "/sandbox/calls/0779"
    assert "authorization" not in seen.headers
    assert (leg.muted, leg.earmuffed, leg.from_) == (True, False, "447700900999")
    assert leg.playing is not None
    assert leg.playing.remaining_ms == 1200
    assert leg.heard[0].digits == "12"
    (record,) = [r async for r in journal.read() if r.kind is Kind.REST_RESPONSE]
    assert (record.status, record.leg, record.conversation) == ("readback", "0779", "CON-1")
    assert record.meta["cause"] == "a1"


async def test_all_legs_are_read(make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(200, {"calls": [LEG, LEG]})) as there:
        legs = await SandboxControl(make_client(there.url).wire, there.url).legs()
    assert [leg.uuid for leg in legs] == [LEG["uuid"]] * 2


async def test_a_person_dials_in_once(make_client: MakeClient) -> None:
    made = {"uuid": "u1", "conversation_uuid": "CON-1"}
    async with platform(lambda _: Reply(201, made)) as there:
        control = SandboxControl(make_client(there.url).wire, there.url)
        call = await control.dial_in("447700900001", "447700900999")
        (seen,) = there.seen
        assert (call.uuid, call.conversation_uuid) == ("u1", "CON-1")
        assert seen.json() == {"to": "447700900001", "from": "447700900999"}
        there.answer = lambda _: Reply(503)
        with pytest.raises(VoiceApiError):
            await control.dial_in("447700900001", "447700900999")
        assert len(there.seen) == 2


async def test_the_far_end_acts(make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(200, {})) as there:
        control = SandboxControl(make_client(there.url).wire, there.url)
        await control.far_end("u1", "dtmf", digits="12#")
        (seen,) = there.seen
    assert (seen.method, seen.target) == ("POST", "/sandbox/calls/u1/far-end")
    assert seen.json() == {"action": "dtmf", "digits": "12#"}


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"nginx"])
async def test_another_server_on_the_port_is_noticed(raw: bytes, make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(200, raw=raw)) as there:
        control = SandboxControl(make_client(there.url).wire, there.url)
        with pytest.raises(VoiceUnreadableError):
            await control.read("u1")
