"""What became of webhooks that were handed on: figures that add up, whatever comes in between."""

from hypothesis import given, settings
from hypothesis import strategies as st

from console.journal.record import Kind, Record, Verdict
from console.ladder.handing import Handing

OUTCOMES = ("here", "answered", "failed", "failed before it was sent", "waits", "refused", "again")


def records(outcomes: list[str]) -> list[Record]:
    made: list[Record] = []

    def add(number: int, kind: Kind, ms: int, **meta: object) -> None:
        made.append(
            Record(
                kind=kind,
                at=0,
                mono=ms * 1_000_000,
                exchange=f"x{number}",
                verdict=Verdict.REFUSED if outcomes[number] == "refused" else Verdict.SIGNED,
                meta=meta,
                seq=len(made) + 1,
                session="s",
            )
        )

    for number, outcome in enumerate(outcomes):
        if outcome == "again":
            add(number, Kind.FORWARD_REQUEST, 0, replays=1)
            add(number, Kind.FORWARD_RESPONSE, 1, replays=1)
            continue
        add(number, Kind.EVENT, 0)
        if outcome in ("answered", "failed", "waits"):
            add(number, Kind.FORWARD_REQUEST, 1)
        if outcome == "answered":
            add(number, Kind.FORWARD_RESPONSE, 41, elapsed_ms=38.0)
        elif outcome.startswith("failed"):
            add(number, Kind.FORWARD_FAILED, 3, error="nothing answers")
        if outcome != "waits":
            add(number, Kind.REPLY, 42)
    return made


@given(st.lists(st.sampled_from(OUTCOMES), max_size=40))
@settings(max_examples=60, deadline=None)
def test_every_webhook_is_accounted_for(outcomes: list[str]) -> None:
    handing = Handing()
    for record in records(outcomes):
        handing.take(record)
        assert handing.forwarded == handing.answered + handing.failed + handing.under_way
        assert handing.under_way >= 0
    failed = sum(each.startswith("failed") for each in outcomes)
    assert handing.accepted == sum(each not in ("refused", "again") for each in outcomes)
    assert handing.answered == outcomes.count("answered")
    assert handing.failed == failed
    assert handing.under_way == outcomes.count("waits")
    added = handing.added_ms(0.5)
    assert added == (4.0 if handing.answered else None)


def test_ten_thousand_are_ten_thousand_and_the_last_trouble_goes_when_the_app_is_back() -> None:
    handing = Handing()
    for record in records(["answered", "failed", "here", "answered"] * 2_500):
        handing.take(record)
    assert (handing.accepted, handing.forwarded) == (10_000, 7_500)
    assert (handing.answered, handing.failed, handing.under_way) == (5_000, 2_500, 0)
    assert handing.added_ms(0.99) == 4.0
    assert handing.last_trouble == ""
    for record in records(["failed"]):
        handing.take(record)
    assert handing.last_trouble == "nothing answers"
