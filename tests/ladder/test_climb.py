import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.journal.record import Kind, Record, Verdict
from console.ladder.climb import ladder_of
from console.ladder.rungs import API as PLATFORM
from console.ladder.rungs import YOU, RungKind
from tests.floor.build import API, SANDBOX, T0
from tests.journal.given import new_records
from tests.ladder.given import LEG, Told, climbed, rung, told, whole_call


def ms(at: int) -> int:
    return at // 1_000_000 - T0


def test_a_call_is_told_in_order_between_its_parties() -> None:
    ladder = climbed(whole_call())
    assert [lane.id for lane in ladder.lanes] == [YOU, PLATFORM, LEG]
    assert ladder.lanes[2].title == "447700900111"
    assert ladder.lanes[2].note == "out phone"
    assert [each.what for each in ladder.rungs] == [
        "create asked",
        "create 201",
        "started",
        "ringing",
        "talk",
        "answered",
        "input",
        "input",
        "NCCO [wait, conversation]",
        "wait",
        "conversation",
        "completed",
    ]
    created = rung(ladder, "create 201")
    assert (created.source, created.target) == (YOU, LEG)
    assert created.detail == "[talk, input] · POST /v1/calls · <1 ms"
    answered = rung(ladder, "answered")
    assert (answered.source, answered.target, answered.reply) == (LEG, YOU, "204 · 3 ms")
    assert rung(ladder, "completed").detail == "8 s · 0.01 EUR"
    assert rung(ladder, "completed").gap_ms > 1_000


def test_a_script_runs_from_the_answer_on() -> None:
    ladder = climbed(whole_call())
    script = [each for each in ladder.rungs if each.kind is RungKind.NCCO]
    talk, keys, wait, room = script
    assert ms(talk.at) == 1_000
    assert talk.lasts_ms == 1_300
    assert talk.estimated
    assert (ms(keys.at), keys.lasts_ms, keys.estimated) == (2_300, 3_700, True)
    assert (ms(wait.at), wait.lasts_ms) == (6_030, 1_000)
    assert (ms(room.at), room.lasts_ms) == (7_030, 1_970)


def test_a_second_delivery_and_a_late_event_are_marked() -> None:
    journal = Told()
    journal.post(told("answered", 1_000), 1_010)
    journal.post(told("ringing", 100), 1_020)
    journal.post(told("ringing", 100), 1_030)
    ladder = climbed(journal.records)
    answered, late, again = ladder.rungs
    assert not answered.late
    assert (late.late, late.delivery) == (True, 1)
    assert (again.late, again.delivery) == (False, 2)


def test_a_refused_webhook_moves_nobody() -> None:
    journal = Told()
    journal.post(told("completed", 1), 2, verdict=Verdict.REFUSED)
    journal.records[-1] = replace(journal.records[-1], meta={"reason": "no signature"})
    ladder = ladder_of(journal.records, {})
    assert [lane.id for lane in ladder.lanes] == [YOU, PLATFORM]
    (refused,) = ladder.rungs
    assert (refused.bad, refused.detail) == (True, "no signature")


@pytest.mark.parametrize(
    ("path", "body", "detail", "lasts"),
    [
        ("talk", {"text": "Please hold"}, "“Please hold”", 715),
        ("talk", {"text": "Please hold", "loop": 0}, "“Please hold”", None),
        ("talk", {"text": "Please hold", "loop": "2"}, "“Please hold”", 1_430),
        ("stream", {"stream_url": ["http://x/a.mp3"]}, "http://x/a.mp3", None),
        ("dtmf", {"digits": "12#"}, "12#", None),
    ],
)
def test_sounds_of_rest(path: str, body: dict[str, object], detail: str, lasts: int | None) -> None:
    journal = Told()
    url = f"{API}/{LEG}/{path}"
    journal.request("r", "PUT", url, 0, body=body, leg=LEG)
    journal.response("r", "PUT", url, 12, status=200, leg=LEG)
    journal.records[-1] = replace(
        journal.records[-1], meta={**journal.records[-1].meta, "elapsed_ms": 12.0}
    )
    (sound,) = ladder_of(journal.records, {}).rungs
    assert sound.kind is RungKind.SOUND
    assert sound.what == f"{path} 200"
    shown = f"{detail} · PUT /v1/calls/63f61863…/{path} · 12 ms"
    assert (sound.detail, sound.lasts_ms) == (shown, lasts)


def test_refusals_and_lost_requests_say_why() -> None:
    journal = Told()
    journal.request("r", "PUT", f"{API}/{LEG}", 0, body={"action": "mute"}, leg=LEG)
    problem = {"title": "Not Found", "detail": "Call does not exist"}
    journal.response("r", "PUT", f"{API}/{LEG}", 9, status=404, body=problem, leg=LEG)
    journal.add(
        Kind.REST_FAILED,
        20,
        exchange="z",
        leg=LEG,
        meta={"method": "PUT", "url": f"{API}/{LEG}", "error": "connection reset"},
    )
    refused, lost = ladder_of(journal.records, {}).rungs
    assert refused.bad
    assert refused.what == "mute 404"
    assert "Call does not exist" in refused.detail
    assert lost.bad
    assert lost.what.endswith("no answer")
    assert "connection reset" in lost.detail


def test_read_backs_of_a_sandbox_are_left_out() -> None:
    journal = Told()
    journal.response("r", "GET", f"{SANDBOX}/{LEG}", 9, status=200, body={}, leg=LEG)
    assert ladder_of(journal.records, {}).rungs == ()


@given(st.lists(new_records, max_size=12))
def test_any_records_make_a_ladder(news: list[object]) -> None:

    from console.journal.record import NewRecord

    records = [
        Record(
            seq=place,
            session="s",
            **{name: getattr(new, name) for name in NewRecord.__struct_fields__},
        )
        for place, new in enumerate(news, 1)
    ]
    ladder = ladder_of(records, {})
    assert all(
        each.source in ladder.places and each.target in ladder.places for each in ladder.rungs
    )
    assert [each.at for each in ladder.rungs] == sorted(each.at for each in ladder.rungs)


def test_a_script_of_a_leg_that_was_never_answered_does_not_run() -> None:
    records = [record for record in whole_call() if record.status not in ("answered", "input")]
    unanswered = [record for record in records if record.kind is not Kind.INPUT]
    kinds = {each.kind for each in climbed(unanswered).rungs}
    assert RungKind.NCCO not in kinds
    assert RungKind.REST in kinds
