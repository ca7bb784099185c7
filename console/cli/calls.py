"""`voice-console calls`: the floor as a journal has it."""

import gc
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.journal_option import journal_option, journal_path
from console.cli.selection import Selection, select_context
from console.cli.where import read_where, where_option

if TYPE_CHECKING:
    from console.floor.answers import Answering
    from console.floor.fold import Floor
    from console.floor.views import Arrow, Conversation, Leg, Recording
    from console.journal.filter import Filter

_HELP = """Show the conversations of a journal with their legs; another process may be writing it.

\b
--where 'status:answered direction:inbound'  both must hold
--where '!status:completed from:4477*'       ! turns a term round, * stands for any text
--where 'dur>30 (muted:yes | waiting:yes)'   by size; one of both
"""


@click.command("calls", help=_HELP)
@select_context
@journal_option
@click.option("--session", metavar="NAME", help="Only this session; see voice-console sessions.")
@click.option(
    "--live/--all",
    "live",
    default=False,
    help="Only conversations with live legs, or all of them (the default).",
)
@where_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(
    selection: Selection,
    journal: Path | None,
    session: str | None,
    live: bool,
    where: str,
    as_json: bool,
) -> None:
    """Show the conversations of a journal with their legs."""
    wanted = None
    if where:
        from console.journal.filter_fields import LEG_KEYS

        wanted = read_where(where, LEG_KEYS)
    floor = _fold(journal_path(journal, selection), session)
    now_ms = _now_ms()
    shown = list(passing(floor, wanted, now_ms, live=live))
    if as_json:
        sys.stdout.write(json.dumps(_document(floor, shown), ensure_ascii=True) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _table(shown))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _fold(path: Path, session: str | None) -> "Floor":
    # What is loaded stays: to look for what could be collected of it is a tenth of the loading.
    gc.disable()
    from console.floor.fold import Floor
    from console.journal.at_once import read_at_once

    gc.enable()
    floor = Floor.of_everything()
    for record in read_at_once(path, session=session):
        floor.apply(record)
    return floor


def passing(
    floor: "Floor", wanted: "Filter | None", now_ms: int, *, live: bool = False
) -> "Iterable[tuple[Conversation, tuple[Leg, ...]]]":
    """Yield the conversations with their legs that pass; with `live` only legs that are not over.

    Without a filter all pass. `now_ms` is what ages are counted to, Unix milliseconds.
    """
    legs_of = None
    if wanted:
        from console.floor.leg_fields import LegFilter

        legs_of = LegFilter(wanted, floor.attempts_of)
    for branch in floor.tree(live=live):
        name = branch.conversation.name
        legs = tuple(
            leg
            for leg in branch.legs
            if (leg.live or not live) and (legs_of is None or legs_of.passes(leg, name, now_ms))
        )
        if legs or not wanted:
            yield branch.conversation, legs


# --- JSON ----------------------------------------------------------------------------------------


def _document(
    floor: "Floor", shown: "Iterable[tuple[Conversation, tuple[Leg, ...]]]"
) -> dict[str, Any]:
    figures = floor.figures()
    return {
        "conversations": [
            {
                "uuid": room.uuid or None,
                "name": room.name,
                "live": room.live,
                "since": _iso(room.since_ms),
                "waiting": list(room.waiting),
                "recordings": [_recording(one) for one in room.recordings],
                "errors": [{"at": _iso(e.at_ms), "reason": e.reason} for e in room.errors],
                "legs": [_leg(leg) for leg in legs],
            }
            for room, legs in shown
        ],
        "unplaced": [
            {
                "seq": one.seq,
                "what": one.what,
                "why": one.why,
                "at": _iso(one.at_ms),
                "conversation_uuid": one.conversation,
                "guess": one.guess,
                "score": one.score,
            }
            for one in floor.unplaced()
        ],
        "figures": {
            "conversations": figures.conversations,
            "live_conversations": figures.live_conversations,
            "legs": figures.legs,
            "live_legs": figures.live_legs,
            "waiting": figures.waiting,
            "by_status": dict(figures.by_status),
            "failures": dict(figures.failures),
            "cost": f"{figures.cost:f}",
            "billed_seconds": figures.billed_s,
            "events": figures.events,
            "recordings": figures.recordings,
            "errors": figures.errors,
            "unplaced": figures.unplaced,
        },
    }


def _leg(leg: "Leg") -> dict[str, Any]:
    playing, error = leg.playing, leg.last_error
    return {
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation,
        "lineage": list(leg.lineage),
        "direction": leg.direction,
        "direction_guessed": leg.direction_guessed,
        "from": leg.from_ or None,
        "to": leg.to or None,
        "endpoint_type": leg.endpoint,
        "status": None if leg.status is None else leg.status.value,
        "sub_state": leg.sub_state,
        "live": leg.live,
        "waiting": leg.waiting,
        "statuses": [{"status": seen.status.value, "at": _iso(seen.at_ms)} for seen in leg.seen],
        "failure": None if leg.failure is None else leg.failure.value,
        "detail": leg.detail,
        "sip_code": leg.sip_code,
        "reason": leg.reason or None,
        "disconnected_by": leg.disconnected_by,
        "started_at": _iso(leg.started_ms),
        "answered_at": _iso(leg.answered_ms),
        "ended_at": _iso(leg.ended_ms),
        "duration": leg.duration_s,
        "price": None if leg.price is None else f"{leg.price:f}",
        "rate": None if leg.rate is None else f"{leg.rate:f}",
        "network": leg.network,
        "muted": leg.muted,
        "earmuffed": leg.earmuffed,
        "speaks": _arrow(leg.speaks),
        "hears": _arrow(leg.hears),
        "playing": None
        if playing is None
        else {
            "kind": playing.kind,
            "what": playing.what,
            "since": _iso(playing.since_ms),
            "ends": _iso(playing.ends_ms),
            "estimated": playing.estimated,
            "certainty": playing.certainty.value,
        },
        "heard": [
            {
                "at": _iso(heard.at_ms),
                "digits": heard.digits,
                "masked": heard.masked,
                "timed_out": heard.timed_out,
                "speech": heard.speech,
                "confidence": heard.confidence,
                "by_subscription": heard.by_subscription,
            }
            for heard in leg.heard
        ],
        "pressed": leg.pressed,
        "sent": [
            {"at": _iso(sent.at_ms), "digits": sent.digits, "certainty": sent.certainty.value}
            for sent in leg.sent
        ],
        "digits": {
            "subscribed": leg.digits.on,
            "url": leg.digits.url or None,
            "certainty": leg.digits.certainty.value,
            "since": _iso(leg.digits.since_ms),
        },
        "answers": [_answer(one) for one in leg.answers],
        "recordings": [one.uuid for one in leg.recordings],
        "region_url": leg.region_url,
        "error": None if error is None else {"at": _iso(error.at_ms), "reason": error.reason},
    }


def _answer(answer: "Answering") -> dict[str, Any]:
    return {
        "at": _iso(answer.asked_ms),
        "fallback": answer.fallback,
        "attempt": answer.nth,
        "took_ms": answer.took_ms,
        "limit_ms": answer.limit_ms,
        "late": answer.late(_now_ms()),
    }


def _arrow(arrow: "Arrow") -> dict[str, Any]:
    return {
        "open": arrow.open,
        "certainty": arrow.certainty.value,
        "since": _iso(arrow.since_ms),
    }


def _recording(recording: "Recording") -> dict[str, Any]:
    return {
        "uuid": recording.uuid,
        "url": recording.url or None,
        "size": recording.size,
        "start": _iso(recording.start_ms),
        "end": _iso(recording.end_ms),
        "transcription_url": recording.transcription_url,
    }


def _iso(ms: int | None) -> str | None:
    from console.voice.times import format_timestamp

    if ms is None:
        return None
    try:
        return format_timestamp(ms)
    except OverflowError:
        return None


# --- for people ----------------------------------------------------------------------------------

_HEAD = ("SOUND", "FAR END", "DIRECTION", "STATUS", "STARTED", "SECONDS", "LEG")
_WIDTHS = (5, 20, 9, 12, 24, 7)


def _table(shown: "Iterable[tuple[Conversation, tuple[Leg, ...]]]") -> Iterable[str]:
    from console.text import clean

    empty = True
    for room, legs in shown:
        if empty:
            yield "  " + _columns(_HEAD)
            empty = False
        name = clean(room.name, 40) if room.name else "-"
        many = f"{len(legs)} leg{'' if len(legs) == 1 else 's'}"
        extra = [f"{len(room.recordings)} recorded"] if room.recordings else []
        extra += [f"error: {clean(room.errors[-1].reason, 80)}"] if room.errors else []
        yield "  ".join([name, clean(room.uuid or "no conversation told", 60), many, *extra])
        for leg in legs:
            yield "  " + _columns(
                (
                    _sound(leg),
                    clean(leg.far_end or "-", 20),
                    clean(leg.direction or "-", 9) + ("?" if leg.direction_guessed else ""),
                    leg.status.value if leg.status is not None else "-",
                    _iso(leg.started_ms) or "-",
                    "-" if leg.duration_s is None else str(leg.duration_s),
                    clean(leg.uuid, 60) + (f"  {clean(leg.reason, 90)}" if leg.reason else ""),
                )
            )
    if empty:
        click.echo("No calls.", err=True)


def _sound(leg: "Leg") -> str:
    """Return both directions: speaks, hears; a `?` where the API accepted and nothing proves it."""
    marks = []
    for arrow, mark in ((leg.speaks, ">"), (leg.hears, "<")):
        sure = arrow.certainty.value in ("proven", "unknown")
        marks.append((mark if arrow.open else ".") + ("" if sure else "?"))
    return " ".join(marks)


def _columns(cells: Iterable[str]) -> str:
    *first, last = cells
    padded = [f"{cell:<{width}}" for cell, width in zip(first, _WIDTHS, strict=True)]
    return "  ".join([*padded, last]).rstrip()
