"""A call is asked for in the region where it lives (2.4)."""

import asyncio
from collections.abc import Callable

import pytest

from console.client.errors import VoiceApiError, VoiceTimeout
from console.client.regions import Region, Regions, Seat
from console.client.voice_client import VoiceClient
from console.journal.record import Kind
from console.journal.sqlite import SqliteJournal
from console.voice.calls import NewCall, TalkRequest
from console.voice.endpoints import Phone
from console.voice.errors import problem_json
from tests.client.conftest import MakeClient, MakeContext
from tests.client.platform import Reply, Seen, platform

LEG, SIBLING = "63f61863-4a51-4f6b-86e1-46edebcf9356", "aaaaaaaa-4a51-4f6b-86e1-46edebcf9356"
ROOM = "CON-f972836a-550f-45fa-956c-12a2ab5b7d22"
NOWHERE = Reply(404, problem_json("not-found", "0" * 32))


def live(leg: str) -> Seat:
    return Seat(live=True, conversation=ROOM)


def told(url: str) -> Callable[[str], Seat]:
    return lambda leg: Seat(live=True, conversation=ROOM, region_url=url)


def nowhere(seen: Seen) -> Reply:
    return NOWHERE


def done(seen: Seen) -> Reply:
    return Reply(204)


def two(client: VoiceClient, first: str, second: str) -> None:
    client.regions.know({"eu": (first, first), "us": (second, "https://api-us.vonage.com")})
    client.regions.seat_of = live


@pytest.mark.conforms("2.4", "the console finds a live call of another region, once, and stays")
async def test_a_live_leg_is_found_and_asked_there_from_now_on(
    make_client: MakeClient, journal: SqliteJournal
) -> None:
    async with platform(nowhere) as eu, platform(done) as us:
        client = make_client(eu.url)
        two(client, eu.url, us.url)
        await client.talk(LEG, TalkRequest(text="Hello"), cause="a1")
        await client.mute(LEG)
        await client.hangup(SIBLING)
        assert (len(eu.seen), len(us.seen)) == (1, 3)
    kept = [r async for r in journal.read() if r.kind is Kind.REST_RESPONSE]
    assert [r.meta.get("region") for r in kept] == [None, "us", None, None]
    assert [r.meta["status"] for r in kept] == [404, 204, 204, 204]
    assert kept[1].meta["cause"] == "a1"


@pytest.mark.parametrize("seat", [None, Seat(live=False)])
async def test_a_leg_that_is_not_up_is_not_looked_for(
    make_client: MakeClient, seat: Seat | None
) -> None:
    async with platform(nowhere) as eu, platform(done) as us:
        client = make_client(eu.url)
        two(client, eu.url, us.url)
        client.regions.seat_of = lambda leg: seat
        with pytest.raises(VoiceApiError):
            await client.mute(LEG)
        assert (len(eu.seen), len(us.seen)) == (1, 0)


async def test_what_is_nowhere_is_looked_for_once(make_client: MakeClient) -> None:
    async with platform(nowhere) as eu, platform(nowhere) as us:
        client = make_client(eu.url)
        two(client, eu.url, us.url)
        for _ in range(2):
            with pytest.raises(VoiceApiError):
                await client.mute(LEG)
        assert (len(eu.seen), len(us.seen)) == (2, 1)


async def test_a_refusal_for_the_state_finds_it_as_well(make_client: MakeClient) -> None:
    async with platform(nowhere) as eu, platform(lambda seen: Reply(400)) as us:
        client = make_client(eu.url)
        two(client, eu.url, us.url)
        with pytest.raises(VoiceApiError, match="400"):
            await client.mute(LEG)
        assert client.regions.base(LEG) == us.url


async def test_what_may_have_been_done_is_not_sent_again(make_client: MakeClient) -> None:
    def lost(seen: Seen) -> Reply:
        return Reply(after=asyncio.Event())

    async with platform(nowhere) as eu, platform(lost) as us, platform(done) as ap:
        client = make_client(eu.url, total_s=0.3)
        two(client, eu.url, us.url)
        client.regions.know({"us": (us.url, us.url), "ap": (ap.url, ap.url)})
        with pytest.raises(VoiceTimeout):
            await client.talk(LEG, TalkRequest(text="Hello"))
        assert (len(eu.seen), len(us.seen), len(ap.seen)) == (1, 1, 0)
        # Muted twice is muted once: here the search goes on.
        await client.mute(LEG)
        assert (len(us.seen), len(ap.seen)) == (2, 1)


async def test_a_new_call_is_never_tried_elsewhere(make_client: MakeClient) -> None:
    async with platform(nowhere) as eu, platform(done) as us:
        client = make_client(eu.url)
        two(client, eu.url, us.url)
        with pytest.raises(VoiceApiError):
            await client.create(NewCall(to=Phone("447700900000"), ncco=()), intent="i1")
        assert (len(eu.seen), len(us.seen)) == (1, 0)


@pytest.mark.conforms("2.4", "the console asks where region_url of the answer webhook says")
async def test_a_told_region_is_asked_at_once(make_client: MakeClient) -> None:
    async with platform(nowhere) as eu, platform(done) as us:
        client = make_client(eu.url)
        client.regions.seat_of = told(us.url + "/")
        await client.mute(LEG)
        assert (len(eu.seen), len(us.seen)) == (0, 1)


REAL = "https://api.nexmo.com"


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("https://api-us-3.vonage.com", "https://api-us-3.vonage.com"),
        ("https://api-us-3.vonage.com/v1?x=1", "https://api-us-3.vonage.com"),
        ("http://api-us-3.vonage.com", None),
        ("https://api-us-3.vonage.com:8443", None),
        ("https://api-us-3.vonage.com.example", None),
        ("https://me@api-us-3.vonage.com", None),
        ("http://127.0.0.1:9000", None),
        ("not a url", None),
    ],
)
def test_a_token_goes_only_where_it_may(
    make_context: MakeContext, told: str, asked: str | None
) -> None:
    assert Regions(make_context(REAL, sandbox_url=None)).trusted(told) == asked


def test_a_sandbox_call_is_asked_for_on_this_machine_only(make_context: MakeContext) -> None:
    regions = Regions(make_context("http://127.0.0.1:9000"))
    us = "https://api-us.vonage.com"
    assert regions.trusted("http://localhost:9001") == "http://localhost:9001"
    assert regions.trusted(us) is None
    regions.know({"us": ("http://127.0.0.1:9002", us)})
    assert regions.trusted(us) == "http://127.0.0.1:9002"


def test_the_platform_has_every_region_of_the_table(make_context: MakeContext) -> None:
    regions = Regions(make_context(REAL, sandbox_url=None))
    regions.seat_of = live
    others = regions.others(LEG, REAL)
    assert Region("eu-west", "https://api-eu-3.vonage.com") in others
    assert REAL not in {region.url for region in others}
