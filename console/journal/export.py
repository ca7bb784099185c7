"""Records as text: JSON lines that lose nothing, CSV for people.

JSON is written with every character outside ASCII escaped, so that a line is safe on any
terminal; `parse_line(json_line(record)) == record`, and a line comes back byte for byte.
"""

import base64
import binascii
import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from console.journal.record import JournalError, Kind, Record, Verdict
from console.text import clean

CSV_COLUMNS: Final = (
    "seq",
    "at",
    "kind",
    "leg",
    "conversation",
    "status",
    "verdict",
    "exchange",
    "session",
    "meta",
    "raw_encoding",
    "raw",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula (reliability 6)."""

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def iso(at_ns: int) -> str:
    """Return Unix nanoseconds as ISO 8601 in UTC with microseconds and `Z`."""
    seconds, nanoseconds = divmod(at_ns, 1_000_000_000)
    at = datetime.fromtimestamp(seconds, tz=UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{nanoseconds // 1000:06d}Z"


def event_object(record: Record) -> dict[str, Any]:
    """Return the object `voice-console events --json` prints (contracts/console-headless.md)."""
    text, encoding = _text_of(record.raw)
    event: dict[str, Any] = {
        "seq": record.seq,
        "at": iso(record.at),
        "kind": record.kind.value,
        "leg": record.leg,
        "conversation": record.conversation,
        "status": record.status,
        "verdict": record.verdict.value,
        "raw": text,
    }
    if encoding:
        event["raw_encoding"] = encoding
    return event


def event_line(record: Record) -> str:
    """Return the event object as one line of ASCII JSON, without its line end."""
    return _encode(event_object(record))


def json_line(record: Record) -> str:
    """Return all of a record as one line of ASCII JSON, without its line end."""
    return _encode(
        {
            **event_object(record),
            "at_ns": record.at,
            "mono_ns": record.mono,
            "exchange": record.exchange,
            "session": record.session,
            "meta": dict(record.meta),
        }
    )


def parse_line(line: str, number: int = 1) -> Record:
    """Return the record of a line written by `json_line`.

    Args:
        line: One line.
        number: Its number, for the error.

    Raises:
        JournalError: It is no such line; the text names what is wrong.
    """
    try:
        value = json.loads(line)
        raw = value["raw"]
        if value.get("raw_encoding") == "base64":
            content = base64.b64decode(raw, validate=True)
        else:
            content = raw.encode("utf-8")
        meta = value["meta"]
        if not isinstance(meta, dict):
            raise ValueError("meta is no object")
        return Record(
            seq=_whole(value, "seq"),
            session=_text(value, "session"),
            at=_whole(value, "at_ns"),
            mono=_whole(value, "mono_ns"),
            kind=Kind(value["kind"]),
            exchange=_text(value, "exchange"),
            leg=_optional(value, "leg"),
            conversation=_optional(value, "conversation"),
            status=_optional(value, "status"),
            verdict=Verdict(value["verdict"]),
            raw=content,
            meta=meta,
        )
    except KeyError as error:
        reason = f"{error.args[0]} is missing"
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        reason = str(error) or type(error).__name__
    raise JournalError(
        f"Line {number} is no record of an export ({reason}); use a file written by"
        " `voice-console export SESSION --jsonl`."
    )


def csv_header() -> str:
    """Return the first line of a CSV export, with its line end."""
    return _csv(CSV_COLUMNS)


def csv_line(record: Record) -> str:
    """Return a record as one line of CSV, with its line end; every cell is harmless text."""
    text, encoding = _text_of(record.raw)
    return _csv(
        (
            str(record.seq),
            iso(record.at),
            record.kind.value,
            record.leg or "",
            record.conversation or "",
            record.status or "",
            record.verdict.value,
            record.exchange,
            record.session,
            _encode(dict(record.meta)),
            encoding,
            text,
        )
    )


def cell(text: str) -> str:
    """Return `text` so that neither a spreadsheet nor a terminal acts on it."""
    shown = clean(text)
    return f"'{shown}" if text.startswith(_FORMULA) else shown


def _csv(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([cell(one) for one in cells])
    return line.getvalue()


def _text_of(raw: bytes) -> tuple[str, str]:
    try:
        return raw.decode("utf-8"), ""
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode("ascii"), "base64"


def _whole(value: Mapping[str, Any], name: str) -> int:
    number = value[name]
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"{name} is no whole number")
    return number


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value[name]
    if not isinstance(text, str):
        raise ValueError(f"{name} is no text")
    return text


def _optional(value: Mapping[str, Any], name: str) -> str | None:
    return None if value[name] is None else _text(value, name)
