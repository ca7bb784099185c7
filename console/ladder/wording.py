"""What a record says, in a few words and in one line more."""

from collections.abc import Mapping
from typing import Any, Final

from console.journal.record import Record
from console.voice.webhook_types import (
    AnswerRequest,
    ErrorEvent,
    FallbackRequest,
    InputEvent,
    NotifyEvent,
    RecordEvent,
    StatusEvent,
    TranscriptionEvent,
    TransferEvent,
    Unreadable,
    Webhook,
)
from console.voice.webhooks import name
from console.voice.wire import UnreadableJson, decode_json

_SHORT: Final = 8
_TEXT: Final = 60


def webhook_words(webhook: Webhook) -> tuple[str, str]:
    """Return the name of a webhook, and what it tells besides."""
    told = name(webhook)
    match webhook:
        case StatusEvent():
            return told, _status_detail(webhook)
        case TransferEvent(conversation=to, conversation_from=from_):
            return told, f"{short(from_)} → {short(to)}"
        case RecordEvent(recording_url=url, size=size):
            return told, "no file" if not url else f"{size or 0} bytes"
        case InputEvent():
            return told, _input_detail(webhook)
        case NotifyEvent(payload=payload):
            return told, _cut(str(payload))
        case ErrorEvent(reason=reason) | FallbackRequest(reason=reason):
            return told, _cut(reason)
        case Unreadable(reason=reason):
            return told, _cut(reason)
        case TranscriptionEvent(status=status):
            return told, status
        case AnswerRequest(endpoint_type=kind):
            return told, kind or ""


def _status_detail(event: StatusEvent) -> str:
    parts = [
        event.sub_state,
        event.detail,
        # 200 goes with every call that was answered.
        None if event.sip_code in (None, 200) else f"SIP {event.sip_code}",
        None if event.duration is None else f"{event.duration} s",
        None if not event.price else f"{_price(event.price)} EUR",
        None if event.disconnected_by is None else f"by {event.disconnected_by}",
    ]
    return " · ".join(part for part in parts if part)


def _price(told: str) -> str:
    """Return an amount without the zeros at its end: `0.0036` for `0.00360000`."""
    whole, point, rest = told.partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest.ljust(2, '0')}" if point and (whole + rest).isdecimal() else told


def _input_detail(event: InputEvent) -> str:
    parts = []
    if event.digits:
        parts.append(f"keys {event.digits}")
    speech = event.speech
    if speech is not None and speech.results:
        best = speech.results[0]
        sure = "" if best.confidence is None else f" ({best.confidence:g})"
        parts.append(f"“{_cut(best.text)}”{sure}")
    elif speech is not None and speech.timeout_reason:
        parts.append(speech.timeout_reason)
    if event.timed_out:
        parts.append("timed out")
    return " · ".join(parts) or "nothing"


def request_words(record: Record, verb: str = "") -> tuple[str, str]:
    """Return what an exchange of ours was and its status, and its path, time and trouble.

    Args:
        record: The answer, or that there was none.
        verb: What was asked for in one word; its method and path where there is none.
    """
    meta = record.meta
    method, url = str(meta.get("method", "")), str(meta.get("url", ""))
    status = meta.get("status")
    elapsed = meta.get("elapsed_ms")
    request = f"{method} {path_words(url)}"
    parts = [
        request if verb else "",
        milliseconds(elapsed) if isinstance(elapsed, int | float) else "",
        _cut(str(meta["error"])) if meta.get("error") else "",
        _problem(record) if isinstance(status, int) and status >= 300 else "",
    ]
    ended = str(status) if isinstance(status, int) else "no answer"
    return f"{verb or request} {ended}", " · ".join(part for part in parts if part)


def milliseconds(ms: float) -> str:
    """Return how long something took as `84 ms`; what took less than one is not told as none."""
    return f"{ms:.0f} ms" if ms >= 1 else "<1 ms"


def verb_of(method: str, below: str, body: bytes) -> str:
    """Return what a request about calls asks for: `create`, `mute`, `talk`, `stop talk`, ….

    Args:
        method: Of the request.
        below: Its path below the leg's.
        body: What was sent.
    """
    match method, below:
        case "POST", _:
            return "create"
        case "DELETE", "input/dtmf":
            return "unsubscribe"
        case "PUT", "input/dtmf":
            return "subscribe"
        case "DELETE", _:
            return f"stop {below}"
        case "GET", _:
            return "read"
        case _:
            return below or str(object_of(body).get("action", ""))


def asked_words(body: bytes) -> str:
    """Return what the body of a request asks for: an action, a text, an address, digits."""
    value = object_of(body)
    destination = value.get("destination")
    value = destination if isinstance(destination, dict) else value
    for key in ("text", "digits", "stream_url", "ncco", "url", "answer_url"):
        asked = value.get(key)
        match asked:
            case str() if asked:
                return f"“{_cut(asked)}”" if key == "text" else _cut(asked)
            case [str() as first, *_]:
                return _cut(first)
            case [{"action": _}, *_]:
                return ncco_words(asked)
    return ""


def note_words(record: Record) -> str:
    """Return what a note says, and which record it or a bookmark is about."""
    args = record.meta.get("args")
    said = dict(args) if isinstance(args, Mapping) else {}
    text, of = str(said.get("text", "")), said.get("of")
    parts = (f"“{text}”" if text else "", f"record {of}" if of else "")
    return " · ".join(part for part in parts if part)


def ncco_words(actions: object) -> str:
    """Return the names of a script's actions in order."""
    if not isinstance(actions, list):
        return ""
    names = [str(one.get("action", "?")) if isinstance(one, dict) else "?" for one in actions]
    return "[" + ", ".join(names) + "]"


def ncco_of(body: bytes) -> list[Any] | None:
    """Return the actions of a body that is a script; None where it is none."""
    try:
        value = decode_json(body)
    except UnreadableJson:
        return None
    return value if isinstance(value, list) else None


def path_words(url: str) -> str:
    """Return the path of an address with its long ids cut."""
    _, found, rest = url.partition("://")
    path = "/" + rest.partition("/")[2] if found else url
    path = path.partition("?")[0]
    return "/".join(part if len(part) <= 24 else part[:_SHORT] + "…" for part in path.split("/"))


def short(conversation: str | None) -> str:
    """Return the beginning of a conversation's id."""
    return "?" if not conversation else conversation[:12]


def _problem(record: Record) -> str:
    value = object_of(record.raw)
    told = value.get("detail") or value.get("title") or value.get("error_title") or ""
    return _cut(str(told))


def object_of(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a body; an empty one where it is none."""
    try:
        value = decode_json(body)
    except UnreadableJson:
        return {}
    return value if isinstance(value, dict) else {}


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"
