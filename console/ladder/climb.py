"""Makes a ladder out of records: one pass in the order of the journal."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from console.floor.notes import NOTES
from console.floor.read_exchanges import path_of
from console.floor.read_webhooks import parse
from console.floor.views import Leg
from console.journal.record import WEBHOOK_KINDS, Kind, Record, Verdict
from console.ladder.rungs import API, YOU, Ladder, Lane, Rung, RungKind
from console.ladder.scripts import Given, Mark, running
from console.ladder.wording import (
    asked_words,
    milliseconds,
    ncco_of,
    ncco_words,
    note_words,
    object_of,
    request_words,
    verb_of,
    webhook_words,
)
from console.voice.ncco import NccoError, parse_ncco
from console.voice.speech import playing_ms, speaking_ms
from console.voice.webhook_types import RecordEvent, StatusEvent, Webhook
from console.voice.webhooks import name

_NS: Final = 1_000_000


def ladder_of(records: Iterable[Record], legs: Mapping[str, Leg]) -> Ladder:
    """Return the ladder of some records.

    Read-backs of a sandbox are left out: they show what is, not what happened.

    Args:
        records: In the order of the journal; what concerns other legs is theirs to leave out.
        legs: The legs as the floor knows them, for the titles of their lanes.
    """
    climb = _Climb()
    for record in records:
        climb.take(record)
    return climb.ladder(legs)


def scripts_of(records: Iterable[Record]) -> tuple[tuple[Given, ...], tuple[Mark, ...]]:
    """Return the scripts that legs got and what ended actions of theirs, each by time.

    Args:
        records: In the order of the journal.
    """
    climb = _Climb()
    for record in records:
        climb.take(record)
    return climb.scripts()


class _Climb:
    def __init__(self) -> None:
        self._rungs: list[Rung] = []
        self._legs: dict[str, None] = {}
        self._requests: dict[str, Record] = {}
        self._webhooks: dict[str, int] = {}
        """Place of the rung of a webhook by its exchange."""
        self._seen: dict[tuple[Kind, bytes], int] = {}
        self._newest: dict[str, int] = {}
        """Latest timestamp of an event by leg."""
        self._given: list[Given] = []
        self._marks: list[Mark] = []

    def ladder(self, legs: Mapping[str, Leg]) -> Ladder:
        lanes = [Lane(YOU, "you"), Lane(API, "Voice API")]
        lanes += [_lane(uuid, legs.get(uuid)) for uuid in self._legs]
        rungs = [*self._rungs, *running(*self.scripts())]
        rungs.sort(key=lambda rung: (rung.at, rung.seq))
        return Ladder(tuple(lanes), tuple(_with_gaps(rungs)))

    def scripts(self) -> tuple[tuple[Given, ...], tuple[Mark, ...]]:
        given = sorted(self._given, key=lambda given: given.at)
        return tuple(given), tuple(sorted(self._marks, key=lambda mark: mark.at))

    def take(self, record: Record) -> None:
        kind = record.kind
        if record.leg is not None and record.verdict is not Verdict.REFUSED:
            self._legs.setdefault(record.leg)
        if kind in WEBHOOK_KINDS:
            self._webhook(record)
        elif kind is Kind.REPLY:
            self._reply(record)
        elif kind is Kind.REST_REQUEST:
            self._requests[record.exchange] = record
        elif kind in (Kind.REST_RESPONSE, Kind.REST_FAILED):
            self._rest(record)
        elif kind in (Kind.FORWARD_RESPONSE, Kind.FORWARD_FAILED):
            what, detail = request_words(record)
            self._add(record, RungKind.FORWARD, YOU, YOU, f"forward {what}", detail)
        elif kind is Kind.ACTION_ASKED:
            verb = str(record.meta.get("action", "action")).rpartition(".")[2]
            told = note_words(record) if verb in NOTES else ""
            what = verb if verb in NOTES else f"{verb} asked"
            self._add(record, RungKind.ACTION, YOU, YOU, what, told)
        elif kind is Kind.ACTION_FAILED:
            verb = str(record.meta.get("action", "action")).rpartition(".")[2]
            reason = str(record.meta.get("reason", ""))
            self._add(record, RungKind.ACTION, YOU, YOU, f"{verb} failed", reason, bad=True)
        elif kind is Kind.ACTION_DONE:
            verb = str(record.meta.get("action", "action")).rpartition(".")[2]
            said = str(record.meta.get("said", ""))
            self._add(record, RungKind.ACTION, YOU, YOU, f"{verb} done", said)
        elif kind is Kind.LISTENING_BEGAN:
            who = str(record.meta.get("who", ""))
            self._add(record, RungKind.ACTION, YOU, YOU, "monitor joined", who)
        elif kind is Kind.LISTENING_ENDED:
            told = f"{record.meta.get('seconds', 0)} s, {record.meta.get('why', '')}"
            self._add(record, RungKind.ACTION, YOU, YOU, "monitor left", told)

    # --- webhooks ------------------------------------------------------------------------------

    def _webhook(self, record: Record) -> None:
        webhook = parse(record)
        what, detail = webhook_words(webhook)
        key = (record.kind, record.raw)
        delivery = self._seen[key] = self._seen.get(key, 0) + 1
        refused = record.verdict is Verdict.REFUSED
        if refused:
            detail = str(record.meta.get("reason", "")) or detail
        self._webhooks[record.exchange] = len(self._rungs)
        self._add(
            record,
            RungKind.WEBHOOK,
            self._lane_of(None if refused else webhook.leg),
            YOU,
            what,
            detail,
            late=delivery == 1 and not refused and self._is_late(webhook),
            delivery=delivery,
            bad=refused or what in ("error", "unreadable", "fallback"),
        )
        if not refused and delivery == 1:
            self._note(record, webhook)

    def _is_late(self, webhook: Webhook) -> bool:
        leg, at_ms = webhook.leg, webhook.timestamp_ms
        if leg is None or at_ms is None:
            return False
        newest = self._newest.get(leg, at_ms)
        self._newest[leg] = max(newest, at_ms)
        return at_ms < newest

    def _note(self, record: Record, webhook: Webhook) -> None:
        at = record.at if webhook.timestamp_ms is None else webhook.timestamp_ms * _NS
        told = name(webhook)
        if isinstance(webhook, StatusEvent) and told == "disconnected":
            told = "completed"
        self._marks.append(Mark(told, at, webhook.leg))
        if isinstance(webhook, RecordEvent) and webhook.start_ms and webhook.end_ms:
            self._rungs.append(
                Rung(
                    seq=record.seq,
                    at=webhook.start_ms * _NS,
                    kind=RungKind.RECORDING,
                    source=API,
                    target=API,
                    what="recording",
                    conversation=record.conversation,
                    ends_at=webhook.end_ms * _NS,
                )
            )

    def _reply(self, record: Record) -> None:
        status = record.meta.get("status")
        bad = isinstance(status, int) and status >= 300
        place = self._webhooks.get(record.exchange)
        if place is not None:
            asked = self._rungs[place]
            took_ms = max(record.at - asked.at, 0) / _NS
            self._rungs[place] = replace(asked, reply=f"{status} · {milliseconds(took_ms)}")
        script = ncco_of(record.raw)
        if not record.raw and not bad:
            return
        what = f"reply {status}" if script is None else f"NCCO {ncco_words(script)}"
        self._add(record, RungKind.REPLY, YOU, self._lane_of(record.leg), what, bad=bad)
        if script is not None and not bad and record.leg is not None:
            self._give(record, record.leg, script)

    # --- our requests --------------------------------------------------------------------------

    def _rest(self, record: Record) -> None:
        path = path_of(record.meta.get("url"))
        if path is not None and path.sandbox:
            return
        request = self._requests.get(record.exchange)
        body = b"" if request is None else request.raw
        leg = record.leg or (None if path is None else path.leg)
        below = "" if path is None else path.below
        method = str(record.meta.get("method", ""))
        verb = "" if path is None else verb_of(method, below, body)
        what, detail = request_words(record, verb)
        status = record.meta.get("status")
        ok = isinstance(status, int) and status < 300
        asked = asked_words(body)
        detail = " · ".join(part for part in (asked, detail) if part)
        kind, ends = RungKind.REST, None
        if ok and method == "PUT" and below in ("talk", "stream", "dtmf"):
            kind = RungKind.SOUND
            ends = _talk_ends(record.at, body) if below == "talk" else None
        self._add(
            record,
            kind,
            YOU,
            self._lane_of(leg),
            what,
            detail,
            bad=not ok,
            ends_at=ends,
            estimated=ends is not None,
        )
        script = _script_in(body)
        if ok and leg is not None and script is not None:
            self._give(record, leg, script)

    # --- rungs ---------------------------------------------------------------------------------

    def _lane_of(self, leg: str | None) -> str:
        if leg is None:
            return API
        self._legs.setdefault(leg)
        return leg

    def _give(self, record: Record, leg: str, script: list[object]) -> None:
        try:
            ncco = parse_ncco(script)
        except NccoError:
            # The platform refuses it whole; its error webhook is a rung of its own.
            return
        self._given.append(Given(record.seq, leg, record.at, ncco))

    def _add(
        self,
        record: Record,
        kind: RungKind,
        source: str,
        target: str,
        what: str,
        detail: str = "",
        *,
        late: bool = False,
        delivery: int = 1,
        bad: bool = False,
        ends_at: int | None = None,
        estimated: bool = False,
    ) -> None:
        self._rungs.append(
            Rung(
                seq=record.seq,
                at=record.at,
                kind=kind,
                source=source,
                target=target,
                what=what,
                detail=detail,
                leg=record.leg,
                conversation=record.conversation,
                late=late,
                delivery=delivery,
                bad=bad,
                ends_at=ends_at,
                estimated=estimated,
            )
        )


def _lane(uuid: str, leg: Leg | None) -> Lane:
    if leg is None:
        return Lane(uuid, uuid[:8])
    way = {"inbound": "in", "outbound": "out"}.get(leg.direction or "", "")
    return Lane(uuid, leg.far_end or uuid[:8], " ".join(filter(None, (way, leg.endpoint))))


def _script_in(body: bytes) -> list[object] | None:
    """Return the script that a request hands over: of a new call, or of a transfer."""
    value = object_of(body)
    destination = value.get("destination")
    script = destination.get("ncco") if isinstance(destination, dict) else value.get("ncco")
    return script if isinstance(script, list) else None


def _talk_ends(at: int, body: bytes) -> int | None:
    """Return when a talk of REST is over, reckoned from its text; None for one without end."""
    value = object_of(body)
    text, loop = value.get("text"), str(value.get("loop", 1))
    if not isinstance(text, str) or not loop.isdecimal():
        return None
    length_ms = playing_ms(speaking_ms(text), int(loop))
    return None if length_ms is None else at + length_ms * _NS


def _with_gaps(rungs: list[Rung]) -> Iterable[Rung]:
    before: int | None = None
    for rung in rungs:
        gap = 0 if before is None else max(rung.at - before, 0) // _NS
        before = rung.at if before is None else max(before, rung.at)
        yield replace(rung, gap_ms=gap) if gap else rung
