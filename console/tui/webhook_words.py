"""What a webhook and its answer say: in the cells of a row, and in full. No widget."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from console.actions.hooks import kind_of
from console.floor.answers import Answering
from console.floor.read_webhooks import parse
from console.journal.record import Kind, Record, Verdict
from console.ladder.deliveries import Delivery, reply_words
from console.ladder.effects import Effect
from console.ladder.signature import steps_of_record
from console.ladder.wording import webhook_words
from console.text import clean, clean_lines
from console.tui import answer_words
from console.tui.answer_words import Said
from console.tui.cells import short_id
from console.tui.facts import Fact, clock_time
from console.tui.recording_facts import size_words
from console.tui.screens.record import effect_words
from console.tui.widgets.events_pane import VERDICTS, ordinal
from console.voice.ncco_lint import Severity, lint_ncco
from console.voice.webhook_defects import webhook_defects
from console.voice.webhook_steps import Came
from console.voice.webhook_types import (
    AnswerRequest,
    RecordEvent,
    StatusEvent,
    TransferEvent,
    Webhook,
)

_MOST_BYTES: Final = 64 * 1024
_MOST_DEFECTS: Final = 20
_MOST_ERRORS: Final = 3
_ASKS: Final = (Kind.ANSWER, Kind.FALLBACK)
"""Webhooks that are answered with an NCCO."""
_NO_FACTS: Final = frozenset({"extra", "headers"})
_RENAMED: Final[Mapping[str, str]] = {
    "from_": "from",
    "timestamp_ms": "timestamp",
    "start_ms": "start_time",
    "end_ms": "end_time",
}
_MARKS: Final = {
    Came.RIGHT: ("✓", "proven"),
    Came.WRONG: ("✗", "refused"),
    Came.UNSEEN: ("·", "muted"),
}


@dataclass(frozen=True, slots=True)
class Exact:
    """One line that is shown as it is, blanks and all; safe text."""

    text: str
    meaning: str = ""
    ours: bool = False
    """Our own words: broken between words, not where the width ends."""


Line = Fact | Exact


# --- a row ---------------------------------------------------------------------------------------


def what_word(delivery: Delivery) -> str:
    """Return what the webhook is: its status or its kind; `↻` before one sent again."""
    record = delivery.record
    kind = kind_of(record) or record.kind
    word = clean(record.status or kind.value.partition(".")[2], limit=24)
    return f"↻ {word}" if delivery.again is not None else word


def says_words(delivery: Delivery) -> str:
    """Return what the webhook says besides, in a few words."""
    match webhook := parse(delivery.record):
        case AnswerRequest(to=to):
            told = f"to {to}" if to else ""
        case RecordEvent(recording_url=url, size=size) if url:
            told = size_words(size)
        case TransferEvent(conversation=to, conversation_from=from_):
            told = " → ".join(short_id(each) if each else "?" for each in (from_, to))
        case _:
            told = webhook_words(webhook)[1]
    if not told and isinstance(webhook, StatusEvent):
        told = webhook.direction or ""
    return clean(told, limit=120)


def took_words(delivery: Delivery) -> str:
    """Return how long the answer took."""
    took = delivery.took_ms
    if took is None:
        return "—" if delivery.failed else "…"
    return answer_words.length(round(took) if took >= 1 else 0)


def verdict_said(delivery: Delivery) -> Said:
    """Return what became of the check of its signature."""
    if delivery.again is not None:
        sign = delivery.record.meta.get("sign")
        return {"new": "re-signed", "old": "old token"}.get(str(sign), "unsigned"), "muted"
    return VERDICTS[delivery.record.verdict]


def answer_said(
    delivery: Delivery, answering: Answering | None, now_ms: int, *, short: bool = False
) -> list[Said]:
    """Return the marks of a webhook and how it was answered, what matters most first."""
    said: list[Said] = []
    if answering is not None and (answering.late(now_ms) or answering.replied_ms is None):
        told, meaning = answer_words.row(answering, now_ms)
        word = "fallback " if answering.fallback else "answer "
        said.append((told.replace(word, "", 1), meaning))
    if delivery.nth > 1:
        said.append((ordinal(delivery.nth) + ("" if short else " delivery"), "notice"))
    if delivery.late:
        said.append(("↺ late", "notice"))
    if delivery.again is not None and delivery.record.meta.get("edited"):
        said.append(("edited", "notice"))
    status = delivery.status
    if words := reply_words(delivery):
        said.append((clean(words, limit=200), "refused" if status and status >= 300 else ""))
    if delivery.failed:
        said.append((f"✗ no answer: {clean(delivery.failed, limit=80)}", "refused"))
    elif delivery.again is None and delivery.forward is not None:
        said.append((_app_words(delivery), "refused" if delivery.app_refused else "direction-out"))
    if delivery.again is not None:
        said.append((f"→ {clean(_host(delivery.record.meta.get('url')), limit=60)}", "muted"))
    return said


def _app_words(delivery: Delivery) -> str:
    app, added = delivery.app_ms or 0.0, delivery.added_ms
    more = "" if added is None else f" +{added:.0f} ms"
    refused = f"✗ app {delivery.app_status} " if delivery.app_refused else "app "
    return f"{refused}{app:.0f} ms{more}"


def _host(url: object) -> str:
    return str(url).partition("://")[2] or str(url)


# --- its bytes -----------------------------------------------------------------------------------


def byte_lines(delivery: Delivery) -> list[Line]:
    """Return what came and what was answered, byte for byte, without credentials."""
    record, meta = delivery.record, delivery.record.meta
    is_get = meta.get("method") == "GET"
    address = str(meta.get("path") or meta.get("url") or "")
    query = str(meta.get("query", ""))
    if query and delivery.again is None:
        address = f"{address}?{query}"
    lines: list[Line] = [Exact(clean(f"{meta.get('method', '')} {address}"), "conversation")]
    headers = meta.get("headers")
    for name, value in headers.items() if isinstance(headers, Mapping) else ():
        lines.append(Exact(clean(f"{name}: {value}"), "muted"))
    lines += [*_kept_words(record), Exact("")]
    lines += [Exact("the body is empty", "faint")] if is_get else _body(record.raw)
    if (request := delivery.request) is not None:
        url = clean(request.meta.get("url", ""))
        lines += [Exact(""), Exact(f"handed on: {request.meta.get('method', '')} {url}", "asked")]
        lines += [Exact("the same bytes", "faint")]
    answer = delivery.answered
    if delivery.failed:
        lines += [Exact(""), Exact(f"no answer: {clean(delivery.failed)}", "refused")]
    if answer is None:
        return lines
    told = f"{answer.meta.get('status', '')} {answer.meta.get('content_type') or ''}".rstrip()
    whose = "its answer" if delivery.again is not None else "our reply"
    lines += [Exact(""), Exact(clean(f"{whose}: {told}"), "conversation")]
    if answer.meta.get("reason"):
        lines.append(Exact(clean(answer.meta["reason"]), "refused"))
    lines += _body(answer.raw) if answer.raw else [Exact("no body", "faint")]
    return lines


def _kept_words(record: Record) -> list[Line]:
    notes = ["Authorization is not kept; the check of it is, in the part signature."]
    if record.meta.get("masked"):
        notes.append("Digits were masked when it was kept: these are not the bytes as they came.")
    if isinstance(size := record.meta.get("bytes"), int):
        notes.append(f"Refused: of {size} bytes these are the first {len(record.raw)}.")
    return [Exact(note, "faint", ours=True) for note in notes]


def _body(raw: bytes) -> list[Line]:
    text = raw[:_MOST_BYTES].decode("utf-8", "backslashreplace")
    lines: list[Line] = [Exact(line) for line in clean_lines(text)]
    if len(raw) > _MOST_BYTES:
        lines.append(Exact(f"… {len(raw) - _MOST_BYTES} more bytes", "faint"))
    return lines


# --- its meaning ---------------------------------------------------------------------------------


def meaning_lines(
    delivery: Delivery,
    answering: Answering | None,
    effects: Sequence[Effect] | None,
    now_ms: int,
) -> list[Line]:
    """Return what a webhook says and what came of it.

    Args:
        delivery: Which one.
        answering: Of one whose answer a call waits for.
        effects: What it changed on the floor; None: that is not known yet.
        now_ms: What time it is, Unix milliseconds.
    """
    record = delivery.record
    webhook = parse(record)
    told, detail = webhook_words(webhook)
    verdict, meaning = verdict_said(delivery)
    lines: list[Line] = [
        Fact("", clean(f"{told}  {detail}".rstrip(), limit=300), "conversation"),
        Fact("came", clock_time(record.at // 1_000_000)),
        Fact("signature", verdict, meaning),
    ]
    if record.verdict is Verdict.REFUSED:
        lines.append(Fact("", "answered 401, kept as evidence, and folded into nothing", "refused"))
    if delivery.again is not None:
        edited = "edited, " if record.meta.get("edited") else ""
        lines.append(Fact("sent again", f"{edited}from record {delivery.again}", "asked"))
    if delivery.nth > 1:
        told = f"the {ordinal(delivery.nth)} of the same bytes: it tells nothing new"
        lines.append(Fact("delivery", told, "notice"))
    if delivery.late:
        lines.append(Fact("late", "older than an event of its leg that came before it", "notice"))
    lines += _fields(webhook, record)
    for defect in webhook_defects(webhook)[:_MOST_DEFECTS]:
        lines.append(Fact("defect", clean(defect, limit=300), "refused"))
    lines += [Exact(""), *_outcome(delivery, answering, now_ms), Exact("")]
    return [*lines, *_effects(delivery, effects)]


def _fields(webhook: Webhook, record: Record) -> list[Line]:
    lines: list[Line] = []
    for name, value in msgspec.structs.asdict(webhook).items():
        if name in _NO_FACTS or value is None or value == "":
            continue
        if isinstance(value, Mapping) and not value:
            continue
        if name == "timestamp_ms":
            value = _timestamp(value, record)
        elif name in _RENAMED and isinstance(value, int):
            value = clock_time(value)
        lines.append(Fact(_RENAMED.get(name, name), clean(_said(value), limit=500)))
    headers = getattr(webhook, "headers", None)
    if headers:
        lines.append(Fact("headers", clean(_said(headers), limit=500)))
    for name, value in webhook.extra.items():
        lines.append(Fact("not known", clean(f"{name} = {_said(value)}", limit=500), "notice"))
    return lines


def _timestamp(at_ms: int, record: Record) -> str:
    delay = record.at // 1_000_000 - at_ms
    if not delay:
        return f"{clock_time(at_ms)}, when it came"
    told = f"{answer_words.length(abs(delay))} {'before' if delay > 0 else 'after'} it came"
    return f"{clock_time(at_ms)}, {told}"


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    match value:
        case msgspec.Struct():
            return msgspec.structs.asdict(value)
        case Mapping():
            return dict(value)
        case _:
            return str(value)


def _outcome(delivery: Delivery, answering: Answering | None, now_ms: int) -> list[Line]:
    whose = "its answer" if delivery.again is not None else "our reply"
    words = reply_words(delivery)
    lines: list[Line] = []
    if words:
        bad = delivery.status is not None and delivery.status >= 300
        told = clean(f"{words} in {took_words(delivery)}", limit=300)
        lines.append(Fact(whose, told, "refused" if bad else ""))
    elif delivery.failed:
        lines.append(Fact(whose, f"none: {clean(delivery.failed, limit=300)}", "refused"))
    else:
        lines.append(Fact(whose, "none yet", "asked"))
    if answering is not None:
        said, meaning = answer_words.whole(answering, now_ms)
        lines.append(Fact("limit", said, meaning))
    if delivery.again is None and delivery.forward is not None and words:
        lines += _of_app(delivery, delivery.forward)
    return lines


def _of_app(delivery: Delivery, answer: Record) -> list[Line]:
    """Return what the user's app answered, and why that is no answer to a call."""
    if delivery.failed:
        return [Fact("your app", f"none: {clean(delivery.failed, limit=300)}", "refused")]
    app, added, status = delivery.app_ms or 0.0, delivery.added_ms, delivery.app_status
    more = "" if added is None else f"; handing it on added {added:.1f} ms"
    took = f"took {app:.1f} ms{more}"
    if delivery.app_refused:
        said = f"answered {status} instead of an NCCO, so that we answered; {took}"
        return [Fact("your app", said, "refused")]
    lines: list[Line] = [Fact("your app", took)]
    if delivery.record.kind in _ASKS:
        errors = [each for each in lint_ncco(answer.raw) if each.severity is Severity.ERROR]
        for error in errors[:_MOST_ERRORS]:
            where = f"line {error.place.line}: " if error.place.line > 1 else ""
            told = clean(f"what it answered is no NCCO: {where}{error.reason}", limit=300)
            lines.append(Fact("", told, "refused"))
    return lines


def _effects(delivery: Delivery, effects: Sequence[Effect] | None) -> list[Line]:
    if delivery.again is not None:
        return []
    if effects is None:
        return [Fact("changed", "…", "muted")]
    if not effects:
        return [Fact("changed", "nothing on the floor", "muted")]
    return [
        Fact("" if place else "changed", effect_words(effect))
        for place, effect in enumerate(effects)
    ]


# --- its signature -------------------------------------------------------------------------------


def signature_lines(delivery: Delivery, application_id: str, api_key: str) -> list[Line]:
    """Return the steps of the check of its signature, each with its mark."""
    record = delivery.record
    if delivery.again is not None:
        verdict, _ = verdict_said(delivery)
        return [
            Fact("", "This one was sent from here.", "conversation"),
            Fact("token", f"{verdict}; it is checked by whoever it was sent to"),
        ]
    if record.verdict is Verdict.UNCHECKED:
        return [
            Fact("", "No signature is looked at.", "conversation"),
            Fact("policy", "this context takes every webhook: receiver.policy is off"),
        ]
    found = steps_of_record(record, application_id, api_key)
    wrong = next((step for step in found if step.came is Came.WRONG), None)
    head = "Signed as it should be." if wrong is None else f"Wrong: the {wrong.title}."
    lines: list[Line] = [Fact("", head, "proven" if wrong is None else "refused"), Exact("")]
    for step in found:
        mark, meaning = _MARKS[step.came]
        shown = meaning if step.came is not Came.RIGHT else ""
        lines.append(Fact(step.title, f"{mark} {clean(step.says, limit=600)}", shown))
        for label, told in step.compared:
            lines.append(Fact(label, clean(told, limit=80), shown or "muted"))
        if step.hint:
            lines.append(Fact("", f"  {clean(step.hint, limit=400)}", "notice"))
    return lines
