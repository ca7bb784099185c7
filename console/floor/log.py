"""The event log: one line for each record that a person may want to see."""

from collections.abc import Iterator, Mapping, Sequence
from sys import intern
from typing import Any, Final, overload

import msgspec

from console.floor.read_webhooks import parse
from console.journal.record import WEBHOOK_KINDS, Kind, Record, Verdict
from console.voice.webhooks import InputEvent

IN: Final = "←"
OUT: Final = "→"
HERE: Final = "·"
_SHORT: Final = 8
"""Characters of an id in a path."""
_BAD: Final = frozenset({"error", "unreadable", "fallback"})
"""What no webhook says of a call that goes well."""


class LogLine(msgspec.Struct, frozen=True, gc=False):
    """One line. Texts are as they came: pass them through `clean` before they are shown.

    A struct, not a dataclass, as a line is made for nearly every record.
    """

    seq: int
    """The record; its bytes are in the journal."""
    at: int
    """Unix nanoseconds."""
    arrow: str
    """← to us, → from us, · here."""
    kind: Kind
    what: str
    who: str
    """The other end's address, where it was known; else "" (see `leg`)."""
    leg: str | None
    conversation: str | None
    verdict: Verdict
    elapsed_ms: float | None = None
    delivery: int = 1
    """2 and more: the same bytes came before."""
    late: bool = False
    """It is older than an event of its leg that came before it."""
    bad: bool = False
    """Refused, failed, or an error."""
    exchange: str = ""
    """Ties a request to its answer; of what was asked here the id of the action."""


class Log(Sequence[LogLine]):
    """The latest lines, oldest first.

    Args:
        limit: At least so many are kept; older ones are in the journal.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self.limit = limit
        self._lines: list[LogLine] = []
        self.dropped = 0
        """Lines that were let go: `dropped + index` names a line for good."""

    def append(self, line: LogLine) -> None:
        """Add the newest line."""
        lines = self._lines
        lines.append(line)
        excess = len(lines) - self.limit
        if excess > 0 and excess >= self.limit // 8:
            del lines[:excess]
            self.dropped += excess

    def become(self, other: "Log") -> None:
        """Show the lines of another one from now on, under names that were not given yet."""
        self.dropped += len(self._lines)
        self._lines = list(other)
        self.limit = other.limit

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> LogLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[LogLine]: ...
    def __getitem__(self, index: int | slice) -> LogLine | list[LogLine]:
        return self._lines[index]

    def __iter__(self) -> Iterator[LogLine]:
        return iter(self._lines)

    def __reversed__(self) -> Iterator[LogLine]:
        return reversed(self._lines)


def line_of(record: Record, who: str, *, delivery: int = 1, late: bool = False) -> LogLine | None:
    """Return the line of a record, or None where it adds nothing to another one.

    A request is shown with its answer, a reply only where it says something.
    """
    meta = record.meta
    kind = record.kind
    elapsed: float | None = None
    bad = record.verdict is Verdict.REFUSED
    arrow = OUT
    if kind in WEBHOOK_KINDS:
        arrow, what = IN, record.status or kind.value.partition(".")[2]
        if what == "input":
            what = f"input {_given(record)}".rstrip()
        else:
            bad = bad or what in _BAD
    elif kind is Kind.REPLY:
        status = meta.get("status")
        bad = isinstance(status, int) and status >= 300
        if not record.raw and not bad:
            return None
        what = f"reply {status}"
    elif kind in (Kind.REST_RESPONSE, Kind.FORWARD_RESPONSE):
        status, elapsed = meta.get("status"), _number(meta.get("elapsed_ms"))
        bad = isinstance(status, int) and status >= 300
        what = f"{_request(meta, kind)} {status}"
    elif kind in (Kind.REST_FAILED, Kind.FORWARD_FAILED):
        what, bad = f"{_request(meta, kind)} no answer: {meta.get('error', '')}", True
    elif kind is Kind.ACTION_ASKED:
        arrow, what = HERE, f"{_verb(meta)} asked"
    elif kind is Kind.ACTION_FAILED:
        arrow, what, bad = HERE, f"{_verb(meta)} failed: {meta.get('reason', '')}", True
    elif kind is Kind.ACTION_DONE:
        arrow, what = HERE, f"{_verb(meta)}: {meta.get('said', '')}"
    elif kind is Kind.LISTENING_BEGAN:
        again = " on" if meta.get("again") else ""
        arrow, what = HERE, f"listening{again}: sound comes"
    elif kind is Kind.LISTENING_ENDED:
        arrow, what = HERE, f"listened {meta.get('seconds', 0)} s: {meta.get('why', '')}"
    elif kind is Kind.FORWARD_SWITCHED:
        state = f"on: {meta.get('url', '')}" if meta.get("on") else "off"
        arrow, what = HERE, f"forwarding {state}"
    elif kind is Kind.SESSION_START:
        arrow, what = HERE, "session began"
    elif kind is Kind.SESSION_END:
        arrow, what = HERE, f"session ended: {meta.get('reason', '')}".rstrip(": ")
    else:
        return None
    return LogLine(
        record.seq,
        record.at,
        arrow,
        kind,
        what,
        who,
        record.leg and intern(record.leg),
        record.conversation and intern(record.conversation),
        record.verdict,
        elapsed,
        delivery,
        late,
        bad,
        record.exchange,
    )


def _given(record: Record) -> str:
    """Return what an input webhook brought: keys, words, or that nothing came in time."""
    event = parse(record)
    if not isinstance(event, InputEvent):
        return ""
    speech = event.speech
    words = speech.results[0].text if speech is not None and speech.results else ""
    if words:
        return f"{event.digits} “{words}”" if event.digits else f"“{words}”"
    return event.digits or ("timed out" if event.timed_out else "")


def _request(meta: Mapping[str, Any], kind: Kind) -> str:
    method, url = meta.get("method", ""), str(meta.get("url", ""))
    if kind in (Kind.FORWARD_RESPONSE, Kind.FORWARD_FAILED):
        return f"forward {method} {url}"
    _, _, rest = url.partition("://")
    path = "/" + rest.partition("/")[2] if rest else url
    parts = [part if len(part) <= 24 else part[:_SHORT] + "…" for part in path.split("/")]
    return f"{method} {'/'.join(parts)}"


def _verb(meta: Mapping[str, Any]) -> str:
    return str(meta.get("action", "action")).rpartition(".")[2]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
