"""What is sent again by itself, what is not, and what a person is told."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import pytest

from console.client.errors import (
    VoiceApiError,
    VoiceCredentialsError,
    VoiceTimeout,
    VoiceUnreachable,
)
from console.client.voice_client import VoiceClient
from console.journal.record import Kind
from console.journal.sqlite import SqliteJournal
from console.voice.calls import StreamRequest, TalkRequest
from console.voice.ncco import Talk
from tests.client.conftest import MakeClient
from tests.client.platform import Reply, Seen, platform
from tests.fake_clock import FakeClock

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9356"
Send = Callable[[VoiceClient], Awaitable[None]]
SAFE: dict[str, Send] = {
    "mute": lambda c: c.mute(LEG),
    "hangup": lambda c: c.hangup(LEG),
    "stop talk": lambda c: c.stop_talk(LEG),
    "subscribe": lambda c: c.subscribe_dtmf(LEG, "https://a.example/d"),
}
ONCE: dict[str, Send] = {
    "talk": lambda c: c.talk(LEG, TalkRequest(text="Hi")),
    "stream": lambda c: c.stream(LEG, StreamRequest(url="https://a.example/x.mp3")),
    "dtmf": lambda c: c.dtmf(LEG, "1"),
    "transfer": lambda c: c.transfer_to_ncco(LEG, (Talk(text="Hi"),)),
}


def _then_well(*first: Reply) -> Callable[[Seen], Reply]:
    replies = list(first)
    return lambda _: replies.pop(0) if replies else Reply(204)


@pytest.mark.parametrize("fault", ["close", "reset", "half", "hang"])
@pytest.mark.parametrize("name", SAFE)
async def test_what_is_the_same_twice_is_sent_again(
    name: str, fault: str, make_client: MakeClient
) -> None:
    async with platform(_then_well(Reply(fault=fault), Reply(503))) as there:
        await SAFE[name](make_client(there.url, total_s=0.4 if fault == "hang" else 5.0))
        assert len(there.seen) == 3


@pytest.mark.parametrize("fault", ["close", "reset", "half", "hang", "503"])
@pytest.mark.parametrize("name", ONCE)
async def test_what_would_be_heard_twice_is_not(
    name: str, fault: str, make_client: MakeClient
) -> None:
    reply = Reply(503) if fault == "503" else Reply(fault=fault)
    async with platform(_then_well(reply)) as there:
        with pytest.raises((VoiceApiError, VoiceUnreachable, VoiceTimeout)) as caught:
            await ONCE[name](make_client(there.url, total_s=0.4 if fault == "hang" else 5.0))
        assert len(there.seen) == 1
    if fault == "hang":
        assert isinstance(caught.value, VoiceTimeout)
    if isinstance(caught.value, VoiceUnreachable | VoiceTimeout):
        assert caught.value.sent


async def test_three_tries_and_no_more(make_client: MakeClient, journal: SqliteJournal) -> None:
    async with platform(lambda _: Reply(fault="close")) as there:
        with pytest.raises(VoiceUnreachable):
            await make_client(there.url).mute(LEG)
        assert len(there.seen) == 3
    kinds = [record.kind async for record in journal.read()][1:]
    assert kinds == [Kind.REST_REQUEST, Kind.REST_FAILED] * 3


async def test_a_closed_port_is_tried_again_whatever_it_is(
    make_client: MakeClient, journal: SqliteJournal
) -> None:
    async with platform(lambda _: Reply(204)) as there:
        url = there.url
    client = make_client(url)
    with pytest.raises(VoiceUnreachable, match="refused") as caught:
        await client.dtmf(LEG, "1")
    assert not caught.value.sent
    failed = [r async for r in journal.read() if r.kind is Kind.REST_FAILED]
    assert [record.meta["sent"] for record in failed] == [False] * 3
    assert client.wire.trouble is caught.value


@pytest.mark.conforms("3.12", "the console waits after a 429, by Retry-After where there is one")
@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ("2", 2.0),
        (None, 1.0),
        ("Sat, 01 Mar 2025 09:00:05 GMT", 5.0),
        ("Sat, 99999999999999999999 Mar 2025 09:00:05 GMT", 1.0),
    ],
)
async def test_a_429_waits_as_told(
    header: str | None, waits: float, make_client: MakeClient, clock: FakeClock
) -> None:
    headers = {"retry-after": header} if header else {}
    async with platform(_then_well(Reply(429, {"title": "Rate Limit Hit"}, headers))) as there:
        start = clock.monotonic_ns()
        await make_client(there.url).talk(LEG, TalkRequest(text="Hi"))
        assert len(there.seen) == 2
    assert waits <= (clock.monotonic_ns() - start) / 1e9 < waits * 1.25 + 1.1


async def test_429_waits_1_2_and_4_then_gives_up(make_client: MakeClient, clock: FakeClock) -> None:
    at: list[float] = []
    async with platform(lambda _: Reply(429, {"title": "Rate Limit Hit"})) as there:
        there.before = lambda _: at.append(clock.monotonic_ns() / 1e9)
        with pytest.raises(VoiceApiError, match="rate limit"):
            await make_client(there.url).mute(LEG)
    gaps = [later - earlier for earlier, later in itertools.pairwise(at)]
    assert len(gaps) == 3
    for gap, least in zip(gaps, (1, 2, 4), strict=True):
        assert least <= gap < least * 1.25 + 0.1


async def test_a_retry_after_of_an_hour_is_told_not_waited_for(make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(429, {}, {"retry-after": "3600"})) as there:
        with pytest.raises(VoiceApiError) as caught:
            await make_client(there.url).mute(LEG)
        assert len(there.seen) == 1
    assert caught.value.retry_after == 3600


async def test_a_429_pauses_the_account(make_client: MakeClient, clock: FakeClock) -> None:
    async with platform(lambda _: Reply(429, {}, {"retry-after": "9"})) as there:
        client = make_client(there.url)
        task = asyncio.ensure_future(client.mute(LEG))
        with pytest.raises(VoiceApiError):
            await task
        assert (clock.monotonic_ns() - 1e9) / 1e9 >= 27


@pytest.mark.conforms("2.2", "the console renews its token before it ends")
@pytest.mark.conforms("11.2", "a long-running client renews its token (39)")
async def test_a_token_is_used_until_80_percent_of_its_life(
    make_client: MakeClient, clock: FakeClock
) -> None:
    async with platform(lambda _: Reply(204)) as there:
        client = make_client(there.url)
        for seconds in (0, 400, 319, 2):
            clock.tick(seconds)
            await client.mute(LEG)
        tokens = [seen.headers["authorization"] for seen in there.seen]
    assert tokens[0] == tokens[1] == tokens[2]
    assert tokens[3] != tokens[0]


@pytest.mark.parametrize("step", [3600, -3600, 6])
async def test_a_clock_that_was_set_gives_a_new_token(
    step: int, make_client: MakeClient, clock: FakeClock
) -> None:
    async with platform(lambda _: Reply(204)) as there:
        client = make_client(there.url)
        await client.mute(LEG)
        clock.step(step)
        await client.mute(LEG)
        one, other = (seen.headers["authorization"] for seen in there.seen)
    assert one != other


@pytest.mark.conforms("11.3", "a 401 of a stale token is mended by a fresh one, once")
async def test_a_401_gets_a_new_token_once(make_client: MakeClient, clock: FakeClock) -> None:
    used: list[str] = []

    def answer(seen: Seen) -> Reply:
        token = seen.headers["authorization"]
        if token not in used:
            used.append(token)
        return Reply(401, {"title": "Unauthorized"}) if token != used[0] else Reply(204)

    async with platform(answer) as there:
        client = make_client(there.url)
        await client.mute(LEG)
        clock.tick(100)
        there.answer = lambda seen: (
            Reply(401, {"title": "x"}) if seen.headers["authorization"] == used[0] else Reply(204)
        )
        await client.mute(LEG)
        assert len(there.seen) == 3
        there.answer = lambda _: Reply(401, {"title": "Unauthorized"})
        with pytest.raises(VoiceApiError, match="credentials"):
            await client.mute(LEG)
        assert len(there.seen) == 4, "the present token is fresh; another would change nothing"


async def test_a_context_without_a_key_sends_nothing(
    make_client: MakeClient, journal: SqliteJournal
) -> None:
    async with platform(lambda _: Reply(204)) as there:
        with pytest.raises(VoiceCredentialsError, match="private key"):
            await make_client(there.url, private_key=None).mute(LEG)
        with pytest.raises(VoiceCredentialsError, match="application id"):
            await make_client(there.url, application_id="").mute(LEG)
        assert there.seen == []


async def test_trouble_is_what_the_status_line_shows(make_client: MakeClient) -> None:
    async with platform(_then_well(Reply(403, {"title": "Forbidden"}))) as there:
        client = make_client(there.url)
        assert client.wire.trouble is None
        assert not client.wire.answered
        with pytest.raises(VoiceApiError):
            await client.mute(LEG)
        assert client.wire.trouble is not None
        await client.mute(LEG)
        assert client.wire.trouble is None


async def test_a_full_disk_does_not_stop_a_hangup(
    make_client: MakeClient, journal: SqliteJournal
) -> None:
    async with platform(lambda _: Reply(204)) as there:
        client = make_client(there.url)
        await journal.close()
        await client.hangup(LEG)
        assert len(there.seen) == 1
    assert client.wire.ledger.unrecorded == 2


async def test_an_answer_without_end_is_cut(
    make_client: MakeClient, journal: SqliteJournal
) -> None:
    async with platform(lambda _: Reply(200, raw=b" " * (9 << 20))) as there:
        with pytest.raises(Exception, match="over 8 MiB"):
            await make_client(there.url).read(LEG)
    *_, last = [record async for record in journal.read()]
    assert last.kind is Kind.REST_FAILED


async def test_a_redirect_is_not_followed_with_the_token(make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(302, headers={"location": "https://evil.example/"})) as t:
        with pytest.raises(VoiceApiError) as caught:
            await make_client(t.url).mute(LEG)
        assert len(t.seen) == 1
    assert caught.value.status == 302
