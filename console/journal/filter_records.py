"""What a filter reads of a record of the journal."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from console.journal.filter_terms import Fields
from console.journal.notes import is_note, text_of_note
from console.journal.record import WEBHOOK_KINDS, Record

_PARTIES: Final = frozenset({"from", "to"})
_NS: Final = 1_000_000_000


def fields_of(record: Record, wanted: frozenset[str], now_ns: int | None) -> Fields:
    """Return the values of a record by key (`RECORD_KEYS`).

    Args:
        record: Which one.
        wanted: The keys that are looked at; the bytes are decoded only where one needs it.
        now_ns: What its age is counted to; None: it has none.
    """
    meta = record.meta
    parties = _parties(record) if wanted & _PARTIES else {}
    return {
        "kind": record.kind.value,
        "status": record.status,
        "leg": record.leg,
        "conversation": record.conversation,
        "verdict": record.verdict.value,
        "exchange": record.exchange,
        "session": record.session,
        "from": _text(parties.get("from")),
        "to": _text(parties.get("to")),
        "method": _text(meta.get("method")),
        "path": _text(meta.get("path") or meta.get("url")),
        "answer": _number(meta.get("status")),
        "elapsed": _number(meta.get("elapsed_ms")),
        "size": float(len(record.raw)),
        "note": _note(record),
        "noted": "yes" if is_note(record) else "no",
        "age": None if now_ns is None else (now_ns - record.at) / _NS,
    }


def text_of(record: Record) -> str:
    """Return what free text is looked for in: the bytes, and what is known beside them."""
    said = (str(value) for value in record.meta.values() if not isinstance(value, bool))
    return "\n".join((record.raw.decode("utf-8", "replace"), *said))


def _parties(record: Record) -> Mapping[str, Any]:
    if record.kind not in WEBHOOK_KINDS:
        return {}
    if record.meta.get("method") == "GET":
        return dict(parse_qsl(record.raw.decode("utf-8", "replace")))
    try:
        body = json.loads(record.raw)
    except (ValueError, RecursionError):
        # Bytes that are no JSON name nobody.
        return {}
    return body if isinstance(body, dict) else {}


def _note(record: Record) -> str | None:
    if not is_note(record):
        return None
    args = record.meta.get("args")
    action = str(record.meta.get("action"))
    return text_of_note(action, args if isinstance(args, Mapping) else {})


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
