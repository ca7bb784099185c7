"""One dial places at most one call, whatever happens to the answer (promise P8)."""

import asyncio
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from console.client.dial import Dialer, NotFound, Placed, Refused, tagged
from console.journal.record import Kind, Record, Verdict
from console.journal.sqlite import SqliteJournal
from console.voice.calls import NewCall
from console.voice.endpoints import Phone
from console.voice.ncco import Talk
from tests.client.conftest import MakeClient
from tests.client.platform import Calls, Reply, Seen, platform
from tests.fake_clock import FakeClock

CALL = NewCall(to=Phone("447700900000"), from_=Phone("447700900001"), ncco=(Talk(text="Hello"),))
FAULTS = ("", "close", "reset", "half", "hang", "500", "503", "400", "429")


class Faulty:
    """Makes the call or not, then answers well or badly."""

    def __init__(self, fault: str, *, makes: bool) -> None:
        self.calls = Calls()
        self.fault = fault
        self.makes = makes
        self.posts = 0

    def __call__(self, seen: Seen) -> Reply:
        if seen.method == "GET":
            return Reply(body=self.calls.page())
        self.posts += 1
        if self.fault in ("400", "429") and self.posts == 1:
            return Reply(status=int(self.fault), body={"title": "no"}, headers={"retry-after": "1"})
        if self.fault == "400":
            return Reply(status=400, body={"title": "no"})
        created = self.calls.create(seen.json()) if self.makes else {}
        if self.fault.isdecimal() and self.fault != "429":
            return Reply(status=int(self.fault), body={"title": "oh"})
        return Reply(status=201, body=created, fault=self.fault if self.fault != "429" else "")


@pytest.mark.parametrize("seed", range(100))
async def test_no_fault_places_a_second_call(
    seed: int, make_client: MakeClient, clock: FakeClock
) -> None:
    chance = random.Random(seed)
    fault = chance.choice(FAULTS)
    makes = fault in ("", "429") or chance.random() < 0.6
    faulty = Faulty(fault, makes=makes)
    async with platform(faulty) as there:
        client = make_client(there.url, total_s=0.4 if fault == "hang" else 5.0)
        made = await Dialer(client, clock).dial(CALL)
        await client.close()
    assert len(faulty.calls.made) <= 1
    match made:
        case Placed(uuid=uuid):
            assert [call["uuid"] for call in faulty.calls.made] == [uuid]
        case Refused():
            assert faulty.calls.made == []
            assert fault == "400"
        case NotFound():
            assert faulty.calls.made == []
    assert faulty.posts == (2 if fault == "429" else 1)


async def test_the_request_is_on_the_disk_before_it_is_sent(
    make_client: MakeClient, clock: FakeClock, tmp_path: Path
) -> None:
    faulty = Faulty("", makes=True)
    found: list[Any] = []

    def look(seen: Seen) -> None:
        with sqlite3.connect(f"file:{tmp_path / 'j.sqlite'}?mode=ro", uri=True) as reader:
            found.extend(
                reader.execute("SELECT raw FROM records WHERE kind = 'rest.request'").fetchall()
            )

    async with platform(faulty) as there:
        there.before = look
        await Dialer(make_client(there.url), clock).dial(CALL)
        assert found == [(there.seen[0].body,)]


async def test_nothing_is_sent_when_it_cannot_be_written_down(
    make_client: MakeClient, journal: SqliteJournal, clock: FakeClock
) -> None:
    faulty = Faulty("", makes=True)
    async with platform(faulty) as there:
        client = make_client(there.url)
        await journal.close()
        made = await Dialer(client, clock).dial(CALL)
        assert isinstance(made, Refused)
        assert there.seen == []


async def test_a_port_that_nobody_listens_on_is_a_refusal(
    make_client: MakeClient, clock: FakeClock
) -> None:
    async with platform(Faulty("", makes=True)) as there:
        url = there.url
    made = await Dialer(make_client(url), clock).dial(CALL)
    assert isinstance(made, Refused)
    assert "nothing was sent" in str(made.error)


def _started(journal: SqliteJournal, leg: str, query: str, verdict: Verdict) -> Record:
    return Record(
        kind=Kind.EVENT,
        at=0,
        mono=0,
        leg=leg,
        conversation="CON-1",
        status="started",
        verdict=verdict,
        meta={"query": query},
        seq=1,
        session=journal.session,
    )


async def test_a_webhook_with_the_dials_own_id_settles_it(
    make_client: MakeClient, journal: SqliteJournal, clock: FakeClock
) -> None:
    faulty = Faulty("close", makes=True)
    async with platform(faulty) as there:
        dialer = Dialer(make_client(there.url), clock)

        def tell(seen: Seen) -> None:
            if seen.method == "POST":
                url = seen.json()["event_url"][0]
                tag = url.partition("?")[2]
                forged = _started(journal, "forged", tag, Verdict.REFUSED)
                dialer.notice([forged, _started(journal, "true", tag, Verdict.SIGNED)])

        there.before = tell
        made = await dialer.dial(CALL, event_url="https://here.example/webhooks/event")
    assert isinstance(made, Placed)
    assert (made.uuid, made.conversation, made.found) == ("true", "CON-1", "webhook")


async def test_a_leg_that_the_calls_own_script_connects_is_not_taken_for_it(
    make_client: MakeClient, journal: SqliteJournal, clock: FakeClock
) -> None:
    async with platform(Faulty("close", makes=True)) as there:
        dialer = Dialer(make_client(there.url), clock)

        def tell(seen: Seen) -> None:
            if seen.method == "POST":
                tag = seen.json()["event_url"][0].partition("?")[2]
                legs = ("ours", "connected", "ours")
                dialer.notice([_started(journal, leg, tag, Verdict.SIGNED) for leg in legs])

        there.before = tell
        made = await dialer.dial(CALL, event_url="https://here.example/webhooks/event")
    assert isinstance(made, Placed)
    assert made.uuid == "ours"


async def test_legs_of_other_dials_and_other_people_are_not_taken(
    make_client: MakeClient, journal: SqliteJournal, clock: FakeClock
) -> None:
    faulty = Faulty("close", makes=False)
    body = CALL.to_wire()
    for change in (
        {"to": [{"type": "phone", "number": "447700900009"}]},
        {"from": {"type": "phone", "number": "447700900002"}},
    ):
        faulty.calls.create(body | change)
    inbound = faulty.calls.create(body)["uuid"]
    faulty.calls.made[0]["direction"] = "inbound"
    theirs = faulty.calls.create(body)["uuid"]
    async with platform(faulty) as there:
        dialer = Dialer(make_client(there.url), clock)
        dialer.notice([_started(journal, theirs, "i=another", Verdict.SIGNED)])
        made = await dialer.dial(CALL)
        assert isinstance(made, NotFound), inbound
        assert made.candidates == ()


async def test_two_legs_that_fit_one_dial_are_left_to_a_person(
    make_client: MakeClient, clock: FakeClock
) -> None:
    faulty = Faulty("close", makes=True)
    faulty.calls.create(CALL.to_wire())
    async with platform(faulty) as there:
        made = await Dialer(make_client(there.url), clock).dial(CALL)
    assert isinstance(made, NotFound)
    assert len(made.candidates) == 2


async def test_dials_to_one_number_never_take_each_others_leg(
    make_client: MakeClient, clock: FakeClock
) -> None:
    calls = Calls()
    chance = random.Random(7)
    made_here: list[str] = []

    def answer(seen: Seen) -> Reply:
        if seen.method == "GET":
            return Reply(body=calls.page())
        if chance.random() < 0.3:
            return Reply(fault="close")
        created = calls.create(seen.json())
        made_here.append(created["uuid"])
        return Reply(status=201, body=created, fault=chance.choice(["", "", "close", "reset"]))

    async with platform(answer) as there:
        dialer = Dialer(make_client(there.url), clock)
        results = await asyncio.gather(*(dialer.dial(CALL) for _ in range(12)))
        posts = sum(1 for seen in there.seen if seen.method == "POST")
    placed = [result.uuid for result in results if isinstance(result, Placed)]
    assert posts == 12
    assert len(set(placed)) == len(placed), "no leg is tied to two dials"
    assert sorted(placed) == sorted(made_here), "every call that was made is known"


async def test_a_leg_is_not_taken_while_another_dial_may_still_claim_it(
    make_client: MakeClient, clock: FakeClock
) -> None:
    calls = Calls()
    posts = 0
    looked, answer_rival = asyncio.Event(), asyncio.Event()

    def answer(seen: Seen) -> Reply:
        nonlocal posts
        if seen.method == "GET":
            looked.set()
            return Reply(body=calls.page())
        posts += 1
        if posts == 1:
            return Reply(status=201, body=calls.create(seen.json()), after=answer_rival)
        return Reply(fault="close")

    async with platform(answer) as there:
        dialer = Dialer(make_client(there.url), clock)
        rival = asyncio.ensure_future(dialer.dial(CALL))
        while posts == 0:
            await clock.settle()
        lost = asyncio.ensure_future(dialer.dial(CALL))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(looked.wait(), 0.3)
        answer_rival.set()
        assert isinstance(await rival, Placed)
        assert isinstance(await lost, NotFound)


async def test_it_is_looked_for_at_1_2_4_and_8_seconds_from_30_before(
    make_client: MakeClient, clock: FakeClock
) -> None:
    faulty = Faulty("close", makes=False)
    at: list[int] = []
    start = clock.now_ns()
    async with platform(faulty) as there:
        there.before = lambda seen: at.append(clock.now_ns() - start)
        made = await Dialer(make_client(there.url), clock).dial(CALL)
        lists = [seen for seen in there.seen if seen.method == "GET"]
    assert isinstance(made, NotFound)
    assert [round(ns / 1e9) for ns in at] == [0, 1, 2, 4, 8]
    assert {seen.query["date_start"][0] for seen in lists} == {"2025-03-01T08:59:30Z"}
    assert {seen.query["order"][0] for seen in lists} == {"desc"}


async def test_a_call_that_is_listed_late_is_found(
    make_client: MakeClient, clock: FakeClock
) -> None:
    faulty = Faulty("close", makes=True)
    lists = 0

    def answer(seen: Seen) -> Reply:
        nonlocal lists
        if seen.method == "GET":
            lists += 1
            if lists == 1:
                return Reply(status=400, body={"title": "Bad Request"})
            if lists == 2:
                return Reply(body=Calls().page())
        return faulty(seen)

    async with platform(answer) as there:
        made = await Dialer(make_client(there.url), clock).dial(CALL)
    assert isinstance(made, Placed)
    assert made.found == "listing"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/e", "https://a.example/e?i=x1"),
        ("https://a.example/e?a=b", "https://a.example/e?a=b&i=x1"),
        ("https://a.example/e?a=b#f", "https://a.example/e?a=b&i=x1#f"),
    ],
)
def test_the_dials_id_goes_into_the_query(url: str, expected: str) -> None:
    assert tagged(url, "x1") == expected
