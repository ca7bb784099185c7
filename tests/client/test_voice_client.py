"""Each method sends what the reference says, and each exchange is kept without the token."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from console.client.errors import VoiceApiError, VoiceUnreadableError, VoiceUnsafeError
from console.client.voice_client import VoiceClient
from console.journal.record import Kind, Record
from console.journal.sqlite import SqliteJournal
from console.voice.calls import CallFilter, StreamRequest, TalkRequest
from console.voice.ncco import Talk
from console.voice.tokens import ApplicationKey, load_public_key, verify_application_token
from tests.client.conftest import APPLICATION, SECRET, MakeClient
from tests.client.platform import Calls, Reply, Seen, platform
from tests.fake_clock import FakeClock

LEG = "0779a56d002f1c7f47f82ef5fe84ab79"
Method = Callable[[VoiceClient], Awaitable[Any]]
TO_URL = {"type": "ncco", "url": ["https://a.example/n"]}
TO_NCCO = {"type": "ncco", "ncco": [{"action": "talk", "text": "Hi"}]}

METHODS: list[tuple[str, str, str, Any, Method]] = [
    ("hangup", "PUT", "", {"action": "hangup"}, lambda c: c.hangup(LEG, cause="a1")),
    ("mute", "PUT", "", {"action": "mute"}, lambda c: c.mute(LEG, cause="a1")),
    ("unmute", "PUT", "", {"action": "unmute"}, lambda c: c.unmute(LEG, cause="a1")),
    ("earmuff", "PUT", "", {"action": "earmuff"}, lambda c: c.earmuff(LEG, cause="a1")),
    ("unearmuff", "PUT", "", {"action": "unearmuff"}, lambda c: c.unearmuff(LEG, cause="a1")),
    (
        "transfer by URL",
        "PUT",
        "",
        {"action": "transfer", "destination": TO_URL},
        lambda c: c.transfer_to_url(LEG, "https://a.example/n", cause="a1"),
    ),
    (
        "transfer by NCCO",
        "PUT",
        "",
        {"action": "transfer", "destination": TO_NCCO},
        lambda c: c.transfer_to_ncco(LEG, (Talk(text="Hi"),), cause="a1"),
    ),
    (
        "stream",
        "PUT",
        "/stream",
        {"stream_url": ["https://a.example/m.mp3"], "loop": 0},
        lambda c: c.stream(LEG, StreamRequest(url="https://a.example/m.mp3", loop=0), cause="a1"),
    ),
    ("stop stream", "DELETE", "/stream", None, lambda c: c.stop_stream(LEG, cause="a1")),
    (
        "talk",
        "PUT",
        "/talk",
        {"text": "Hello", "language": "en-GB", "style": 2},
        lambda c: c.talk(LEG, TalkRequest(text="Hello", language="en-GB", style=2), cause="a1"),
    ),
    ("stop talk", "DELETE", "/talk", None, lambda c: c.stop_talk(LEG, cause="a1")),
    ("dtmf", "PUT", "/dtmf", {"digits": "1p#"}, lambda c: c.dtmf(LEG, "1p#", cause="a1")),
    (
        "subscribe",
        "PUT",
        "/input/dtmf",
        {"event_url": ["https://a.example/d"]},
        lambda c: c.subscribe_dtmf(LEG, "https://a.example/d", cause="a1"),
    ),
    (
        "unsubscribe",
        "DELETE",
        "/input/dtmf",
        None,
        lambda c: c.unsubscribe_dtmf(LEG, cause="a1"),
    ),
]


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def _records(journal: SqliteJournal) -> list[Record]:
    return [record async for record in journal.read() if record.kind.startswith("rest.")]


@pytest.mark.conforms("2.2", "the token of the console verifies under the application's key")
@pytest.mark.conforms("3", "requests carry Bearer, Accept, and Content-Type only with a body")
@pytest.mark.conforms("3.5", "the console sends each action and transfer as documented")
@pytest.mark.conforms("3.6", "the console plays and stops a file as documented")
@pytest.mark.conforms("3.7", "the console speaks and stops a text as documented")
@pytest.mark.conforms("3.8", "the console sends digits as documented")
@pytest.mark.conforms("3.9", "the console subscribes and unsubscribes as documented")
@pytest.mark.parametrize(
    ("verb", "below", "body", "method"),
    [pytest.param(*row[1:], id=row[0]) for row in METHODS],
)
async def test_what_is_sent_and_kept(
    verb: str,
    below: str,
    body: Any,
    method: Method,
    make_client: MakeClient,
    journal: SqliteJournal,
    pem: str,
    clock: FakeClock,
) -> None:
    trace = "797a8f199c45014ab7b08bfe9cc1c12c"
    async with platform(lambda _: Reply(204, headers={"x-nexmo-trace-id": trace})) as there:
        await method(make_client(there.url))
        (seen,) = there.seen
    assert (seen.method, seen.target) == (verb, f"/v1/calls/{LEG}{below}")
    assert (seen.json() if seen.body else None) == body
    assert ("content-type" in seen.headers) == (body is not None)
    assert seen.headers["accept"] == "application/json"
    bearer = seen.headers["authorization"].removeprefix("Bearer ")
    public = load_public_key(ApplicationKey.load(pem).public_pem)
    token = verify_application_token(bearer, lambda _: public, clock.now_ns() // 10**9)
    assert token.application_id == APPLICATION
    asked, answered = await _records(journal)
    assert (asked.kind, answered.kind) == (Kind.REST_REQUEST, Kind.REST_RESPONSE)
    assert asked.raw == seen.body
    assert asked.exchange == answered.exchange
    url = f"{there.url}/v1/calls/{LEG}{below}"
    for record in (asked, answered):
        assert record.leg == LEG
        assert (record.meta["method"], record.meta["url"]) == (verb, url)
        assert record.meta["cause"] == "a1"
    assert (answered.meta["status"], answered.meta["trace"]) == (204, trace)


async def test_neither_token_nor_key_nor_secret_is_in_the_journal(
    make_client: MakeClient, journal: SqliteJournal, pem: str, tmp_path: Path
) -> None:
    async with platform(lambda _: Reply(401, {"title": "Unauthorized"})) as there:
        client = make_client(there.url)
        with pytest.raises(VoiceApiError):
            await client.hangup(LEG)
        with pytest.raises(VoiceApiError):
            await client.read(LEG)
        tokens = {seen.headers["authorization"].removeprefix("Bearer ") for seen in there.seen}
    await journal.close()
    kept = _all_bytes(tmp_path)
    assert kept
    body_of_key = "".join(pem.splitlines()[1:-1])
    for secret in (*tokens, SECRET, body_of_key[:40], pem[40:80]):
        assert secret.encode() not in kept
    for token in tokens:
        assert token.split(".")[2].encode() not in kept


@pytest.mark.conforms(
    "3.4", "the console reads a call object with a SIP party and a blank in its time"
)
async def test_a_call_is_read(make_client: MakeClient) -> None:
    wire = {
        "uuid": LEG,
        "conversation_uuid": "CON-1",
        "to": [{"type": "phone", "number": "447700900000"}],
        "from": {"type": "sip", "uri": "sip:a@b.example"},
        "status": "completed",
        "direction": "outbound",
        "price": "0.00333333",
        "start_time": "2024-04-19 01:34:18",
    }
    async with platform(lambda _: Reply(200, wire)) as there:
        call = await make_client(there.url).read(LEG)
    assert (call.uuid, call.conversation, call.price) == (LEG, "CON-1", "0.00333333")
    assert call.to is not None
    assert call.to.address == "447700900000"


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"<html>", b'{"uuid": NaN}', b"[" * 100_000])
async def test_an_answer_that_is_no_call_is_said_so(raw: bytes, make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(200, raw=raw)) as there:
        with pytest.raises(VoiceUnreadableError) as caught:
            await make_client(there.url).read(LEG)
    assert caught.value.raw == raw


def _paged(seen: Seen, pages: list[str | None]) -> Reply:
    index = int(seen.query.get("record_index", ["0"])[0])
    links: dict[str, Any] = {"self": {"href": seen.target}}
    if (following := pages[index]) is not None:
        links["next"] = {"href": following}
    calls = [{"uuid": f"leg-{index}-{turn}"} for turn in range(2)]
    return Reply(
        200,
        {
            "count": 2 * len(pages),
            "page_size": 2,
            "record_index": index,
            "_links": links,
            "_embedded": {"calls": calls},
        },
    )


@pytest.mark.conforms("3.3", "the console follows next, whatever form its link has")
@pytest.mark.parametrize(
    "form", ["/v1/calls?{}", "/calls?{}", "?{}", "{url}/v1/calls?{}"], ids=lambda form: form
)
async def test_every_page_is_read_by_its_link(form: str, make_client: MakeClient) -> None:
    pages: list[str | None] = []

    async with platform(lambda seen: _paged(seen, pages)) as there:
        for index in (1, 2):
            query = f"page_size=2&record_index={index}&order=desc"
            pages.append(form.replace("{url}", there.url).format(query))
        pages.append(None)
        client = make_client(there.url)
        found = [c.uuid async for c in client.list(CallFilter(page_size=2, order="desc"))]
        targets = [seen.target for seen in there.seen]
    assert found == [f"leg-{page}-{turn}" for page in range(3) for turn in range(2)]
    assert targets == [
        "/v1/calls?page_size=2&order=desc",
        "/v1/calls?page_size=2&record_index=1&order=desc",
        "/v1/calls?page_size=2&record_index=2&order=desc",
    ]


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example/v1/calls?record_index=1",
        "//evil.example/v1/calls?record_index=1",
        "https://127.0.0.1/v1/calls?record_index=1",
        "ftp://127.0.0.1/x",
        "https://user:pass@evil.example/",
        "\\\\evil.example\\x",
    ],
)
async def test_a_link_to_another_host_is_not_followed(href: str, make_client: MakeClient) -> None:
    async with platform(lambda seen: _paged(seen, [href])) as there:
        with pytest.raises(VoiceUnsafeError):
            _ = [call async for call in make_client(there.url).list()]
        assert len(there.seen) == 1


async def test_pages_in_a_circle_end(make_client: MakeClient) -> None:
    async with platform(
        lambda seen: _paged(seen, ["/v1/calls?record_index=1", "/v1/calls?record_index=0"])
    ) as there:
        with pytest.raises(VoiceUnreadableError, match="lead back"):
            _ = [call async for call in make_client(there.url).list()]
        assert len(there.seen) == 3


@pytest.mark.parametrize("uuid", ["", ".", "..", "...", "x" * 300])
async def test_an_id_that_would_climb_is_not_sent(uuid: str, make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(204)) as there:
        with pytest.raises(VoiceUnsafeError):
            await make_client(there.url).hangup(uuid)
        assert there.seen == []


async def test_an_id_is_one_segment_whatever_it_holds(make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(204)) as there:
        await make_client(there.url).hangup("../v1/files/é?x=1#y")
        assert there.seen[0].target == "/v1/calls/..%2Fv1%2Ffiles%2F%C3%A9%3Fx%3D1%23y"


async def test_a_hangup_goes_before_what_waits(make_client: MakeClient, clock: FakeClock) -> None:
    calls = Calls()
    async with platform(lambda seen: Reply(200, calls.page())) as there:
        client = make_client(there.url, requests_per_second=5)

        async def look() -> None:
            _ = [call async for call in client.list()]

        looks = [asyncio.ensure_future(look()) for _ in range(20)]
        await asyncio.sleep(0)
        await client.hangup(LEG)
        turn = next(i for i, seen in enumerate(there.seen) if seen.method == "PUT")
        await asyncio.gather(*looks)
    assert turn <= 3, "only what already held a place was sent before it"


@pytest.mark.conforms("2.4", "the console sends no token over plain HTTP to another machine")
async def test_plain_http_to_another_machine_is_refused(make_client: MakeClient) -> None:
    with pytest.raises(VoiceUnsafeError, match="https"):
        make_client("http://api.nexmo.com")
