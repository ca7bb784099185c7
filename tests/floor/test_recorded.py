"""The book of recordings: made, lost, missing, fetched; in words and from records alone."""

import json
from itertools import count
from typing import Any

import pytest

from benchmarks._made_up import day
from console.floor.recorded import DAY_MS, DUE_S, RecordingBook
from console.journal.record import Kind, NewRecord, Record, Verdict
from console.voice.transcription import UnreadableTranscription, parse_transcription
from tests.floor.build import values_of

LEG, ROOM = "63f61863-4a51-4f6b-86e1-46edebcf9356", "CON-f972836a-550f-45fa-956c-12a2ab5b7d22"
URL = "https://api-us.nexmo.com/v1/files/bbbbbbbb-aaaa-cccc-dddd-0123456789ab"
BEGAN_MS = 1_740_819_600_000


class Journal:
    def __init__(self) -> None:
        self.book, self._seq, self.at = RecordingBook(), count(1), BEGAN_MS

    def keep(self, kind: Kind, raw: Any = None, **more: Any) -> bool:
        return self.book.take(
            Record(
                seq=next(self._seq),
                session="s",
                kind=kind,
                at=self.at * 1_000_000,
                mono=0,
                raw=b"" if raw is None else json.dumps(raw).encode(),
                **{"meta": {"method": "POST"}, **more},
            )
        )

    def event(self, status: str, **more: Any) -> bool:
        body = {
            "uuid": LEG,
            "conversation_uuid": ROOM,
            "status": status,
            "direction": "inbound",
            "from": "447700900999",
            "to": "447700900001",
            "timestamp": "2025-03-01T09:00:00.000Z",
        }
        return self.keep(
            Kind.EVENT,
            body,
            leg=LEG,
            conversation=ROOM,
            status=status,
            verdict=Verdict.SIGNED,
            **more,
        )

    def recorded(self, url: str = URL, size: int = 46_000, **more: Any) -> bool:
        body = {
            "start_time": "2025-03-01T09:00:00Z",
            "end_time": "2025-03-01T09:01:05Z",
            "recording_url": url,
            "size": size,
            "recording_uuid": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
            "conversation_uuid": ROOM,
            "timestamp": "2025-03-01T09:01:06.000Z",
        }
        return self.keep(
            Kind.EVENT,
            body,
            conversation=ROOM,
            status="record",
            **{"verdict": Verdict.SIGNED, **more},
        )


@pytest.mark.conforms("8.3", "Retention: 30 days, then deleted")
def test_a_recording_is_listed_with_whose_it_is_and_when_it_expires() -> None:
    journal = Journal()
    journal.event("answered")
    assert journal.recorded()
    (tape,) = journal.book.tapes(BEGAN_MS)
    assert (tape.number, tape.leg, tape.length_ms) == ("447700900999", LEG, 65_000)
    assert tape.expires_ms == BEGAN_MS + 65_000 + 30 * DAY_MS
    assert not tape.recording.lost
    assert not journal.recorded(verdict=Verdict.REFUSED)


def test_a_file_that_was_fetched_is_known_by_the_record_of_its_exchange() -> None:
    journal = Journal()
    journal.recorded()
    told = {"method": "GET", "url": URL, "status": 200, "size": 46_000, "sha256": "ab" * 32}
    assert not journal.keep(Kind.REST_RESPONSE, meta={**told, "status": 404, "file": "/r/x"})
    assert journal.book.tapes(0)[0].file is None
    told |= {"file": "/r/0123", "content_type": "audio/mpeg"}
    assert journal.keep(Kind.REST_RESPONSE, meta=told)
    file = journal.book.tapes(0)[0].file
    assert file is not None
    assert (file.file, file.content_type, file.size) == ("/r/0123", "audio/mpeg", 46_000)


def test_a_recording_without_a_file_is_lost_unless_it_is_told_again() -> None:
    journal = Journal()
    journal.recorded(url="", size=0)
    assert journal.book.tapes(0)[0].recording.lost
    journal.recorded()
    (tape,) = journal.book.tapes(0)
    assert tape.recording.url == URL


@pytest.mark.parametrize("how", ["reply", "call", "transfer", "room"])
def test_a_recording_that_should_have_come_is_missed_after_a_while(how: str) -> None:
    journal = Journal()
    ncco: list[dict[str, Any]] = [{"action": "talk", "text": "Hi"}, {"action": "record"}]
    if how == "room":
        ncco = [{"action": "conversation", "name": "r", "record": True}]
    match how:
        case "call":
            journal.keep(Kind.REST_REQUEST, {"ncco": ncco}, exchange="e1")
            journal.keep(Kind.REST_RESPONSE, exchange="e1", leg=LEG)
        case "transfer":
            goal = {"action": "transfer", "destination": {"type": "ncco", "ncco": ncco}}
            journal.keep(Kind.REST_REQUEST, goal, leg=LEG)
        case _:
            journal.keep(Kind.REPLY, ncco, leg=LEG)
    journal.event("answered")
    journal.event("completed")
    due_ms = BEGAN_MS + DUE_S * 1_000
    assert not journal.book.tapes(due_ms)
    (tape,) = journal.book.tapes(due_ms + 1)
    assert tape.missing
    assert tape.number == "447700900999"
    journal.recorded()
    (tape,) = journal.book.tapes(due_ms + 1)
    assert not tape.missing


def test_a_call_that_was_never_answered_or_has_no_recording_is_not_missed() -> None:
    journal = Journal()
    journal.keep(Kind.REPLY, [{"action": "record"}], leg=LEG)
    journal.event("busy")
    assert not journal.book.tapes(BEGAN_MS * 2)
    journal = Journal()
    journal.keep(Kind.REPLY, [{"action": "talk", "text": 'say "record"'}], leg=LEG)
    journal.event("answered")
    journal.event("completed")
    assert not journal.book.tapes(BEGAN_MS * 2)


@pytest.mark.conforms("8.4", "Download transcription_url like a recording; JSON")
def test_a_transcription_is_read_by_time() -> None:
    def channel(*said: tuple[int, str]) -> dict[str, Any]:
        return {"transcript": [{"timestamp": at, "sentence": text} for at, text in said]}

    file = {"channels": [channel((320, "Hello"), (4000, "Bye")), channel((2000, "Hi")), 7]}
    found = parse_transcription(json.dumps(file).encode())
    assert [(each.channel, each.text) for each in found] == [(1, "Hello"), (2, "Hi"), (1, "Bye")]
    for wrong in (b"", b"[]", b'{"channels": 1}'):
        with pytest.raises(UnreadableTranscription):
            parse_transcription(wrong)
    assert parse_transcription(b'{"channels":[{"transcript":[{"sentence":1},null]}]}') == ()


def test_legs_that_nothing_was_recorded_of_are_let_go_of() -> None:
    book, sizes = RecordingBook(), []
    for seq, new in enumerate(day(5_000, calls_per_second=0.1), 1):
        values = {name: getattr(new, name) for name in NewRecord.__struct_fields__}
        book.take(Record(seq=seq, session="s", **values))
        if seq % 1_000 == 0:
            sizes.append(values_of(book))
    assert max(sizes[2:]) < sizes[1] * 1.2, sizes
    tapes = book.tapes(new.at // 1_000_000)
    assert len(tapes) > 10
    assert all(tape.leg and tape.number for tape in tapes), "whose it is stays known"
