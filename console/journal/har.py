"""HTTP exchanges of a journal as HAR 1.2, for the tools that read it.

Ours to the platform, the platform's to us, and what was handed on to the user's own app. The
journal holds no credentials, so neither does the file.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from console.journal.export import iso
from console.journal.record import WEBHOOK_KINDS, Kind, Record

_NS: Final = 1_000_000
_ANSWERS: Final = {
    Kind.REST_RESPONSE: Kind.REST_REQUEST,
    Kind.REST_FAILED: Kind.REST_REQUEST,
    Kind.FORWARD_RESPONSE: Kind.FORWARD_REQUEST,
    Kind.FORWARD_FAILED: Kind.FORWARD_REQUEST,
}


def har(records: Iterable[Record], version: str) -> dict[str, Any]:
    """Return the HAR document of some records, in their order.

    Args:
        records: Any; what is no HTTP exchange is left out.
        version: Of this program.
    """
    asked: dict[tuple[Kind, str], Record] = {}
    entries: list[dict[str, Any]] = []
    for record in records:
        if record.kind in WEBHOOK_KINDS or record.kind in _ANSWERS.values():
            first = Kind.EVENT if record.kind in WEBHOOK_KINDS else record.kind
            asked[first, record.exchange] = record
        elif record.kind is Kind.REPLY:
            request = asked.pop((Kind.EVENT, record.exchange), None)
            if request is not None:
                entries.append(_entry(request, record))
        elif record.kind in _ANSWERS:
            request = asked.pop((_ANSWERS[record.kind], record.exchange), None)
            if request is not None:
                entries.append(_entry(request, record))
    entries.sort(key=lambda entry: str(entry["startedDateTime"]))
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "voice-console", "version": version},
            "entries": entries,
        }
    }


def _entry(request: Record, answer: Record) -> dict[str, Any]:
    took_ms = max(answer.at - request.at, 0) / _NS
    status = answer.meta.get("status")
    return {
        "startedDateTime": iso(request.at),
        "time": took_ms,
        "request": _request(request),
        "response": {
            "status": status if isinstance(status, int) else 0,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _headers(answer.meta.get("headers")),
            "content": _content(answer),
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(answer.raw),
        },
        "cache": {},
        "timings": {"send": 0, "wait": took_ms, "receive": 0},
        "comment": str(answer.meta.get("error", "")),
        "_kind": request.kind.value,
        "_verdict": request.verdict.value,
        "_leg": request.leg or answer.leg,
        "_conversation": request.conversation or answer.conversation,
        "_seq": [request.seq, answer.seq],
    }


def _request(record: Record) -> dict[str, Any]:
    meta = record.meta
    method = str(meta.get("method", "POST"))
    by_query = record.kind in WEBHOOK_KINDS and method == "GET"
    query = record.raw.decode("utf-8", "replace") if by_query else str(meta.get("query", ""))
    headers = meta.get("headers")
    path = str(meta.get("url") or meta.get("path") or "")
    if path.startswith("/") and isinstance(headers, Mapping) and headers.get("host"):
        path = f"http://{headers['host']}{path}"
    found: dict[str, Any] = {
        "method": method,
        "url": f"{path}?{query}" if query else path,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(headers),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": 0 if by_query else len(record.raw),
    }
    if record.raw and not by_query:
        found["postData"] = {"mimeType": "application/json", **_text(record.raw)}
    return found


def _headers(headers: object) -> Sequence[Mapping[str, str]]:
    if not isinstance(headers, Mapping):
        return []
    return [{"name": str(name), "value": str(value)} for name, value in headers.items()]


def _content(record: Record) -> dict[str, Any]:
    kind = str(record.meta.get("content_type") or "application/json")
    return {"size": len(record.raw), "mimeType": kind, **_text(record.raw)}


def _text(raw: bytes) -> dict[str, str]:
    try:
        return {"text": raw.decode("utf-8")}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(raw).decode(), "encoding": "base64"}
