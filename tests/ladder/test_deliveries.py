"""Webhooks with their replies: tied by exchange, forgotten oldest first, by count and by bytes."""

from typing import Any

from console.journal.record import Kind, Record
from console.ladder.deliveries import Deliveries, reply_words


def record(seq: int, kind: Kind, exchange: str, raw: bytes = b"{}", **meta: Any) -> Record:
    mono = seq * 1_000_000
    return Record(
        seq=seq, session="s", kind=kind, at=mono, mono=mono, exchange=exchange, raw=raw, meta=meta
    )


def test_a_reply_and_the_app_are_tied_to_their_webhook() -> None:
    found = Deliveries()
    assert found.take(record(1, Kind.ANSWER, "a"))
    waits = found.of("a")
    assert waits is not None
    assert (waits.took_ms, waits.status, reply_words(waits)) == (None, None, "")
    assert found.take(record(2, Kind.FORWARD_REQUEST, "a", url="http://x/"))
    assert found.take(record(9, Kind.FORWARD_RESPONSE, "a", status=200, elapsed_ms=6.5))
    assert found.take(record(10, Kind.REPLY, "a", b'[{"action":"talk"}, 7]', status=200))
    done = found.of("a")
    assert done is not None
    assert (done.took_ms, done.app_ms, done.added_ms) == (9.0, 6.5, 2.5)
    assert reply_words(done) == "200 [talk, ?]"
    assert not found.take(record(11, Kind.REPLY, "unknown", status=204))
    assert not found.take(record(12, Kind.REST_REQUEST, "r"))


def test_one_sent_again_is_a_row_with_the_answer_of_whoever_got_it() -> None:
    found = Deliveries()
    sent = record(5, Kind.FORWARD_REQUEST, "again-x", replays=1, url="http://x/")
    assert found.take(sent)
    assert found.take(record(6, Kind.FORWARD_FAILED, "again-x", b"", error="no connection"))
    (lost,) = found
    assert (lost.again, lost.failed, lost.added_ms, lost.took_ms) == (
        1,
        "no connection",
        None,
        None,
    )


def test_the_oldest_are_forgotten() -> None:
    found = Deliveries(most=3, most_bytes=100)
    for seq in range(1, 6):
        found.take(record(seq, Kind.EVENT, str(seq), b"x" * 10))
    assert [each.key for each in found] == ["3", "4", "5"]
    found.take(record(6, Kind.EVENT, "6", b"x" * 85))
    assert [each.key for each in reversed(found)] == ["6", "5"]
    found.take(record(7, Kind.REPLY, "6", b"x" * 10, status=200))
    assert [each.key for each in found] == ["6"]
