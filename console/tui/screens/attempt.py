"""One action of a person: what was asked, each request with its answer, and why not further."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from console.floor.views import Attempt
from console.journal.record import Journal, Kind, Record
from console.text import clean, clean_lines
from console.tui import words
from console.tui.copying import Copy
from console.tui.facts import clock_time
from console.tui.screens.record import RecordScreen, body_words, record_view

_MOST: Final = 50
"""So many records of one action are shown."""
_INDENT, _CLOCK = 2, 12
_SIGNS = {
    Kind.ACTION_ASKED: "· asked",
    Kind.ACTION_FAILED: "✗ failed",
    Kind.ACTION_DONE: "✓ done",
    Kind.REST_REQUEST: "→",
    Kind.REST_RESPONSE: "←",
    Kind.REST_FAILED: "✗ no answer",
    Kind.FORWARD_REQUEST: "→",
    Kind.FORWARD_RESPONSE: "←",
    Kind.FORWARD_FAILED: "✗ no answer",
}
"""The kinds of records that an action makes."""
_OWN: Final = frozenset({Kind.ACTION_ASKED, Kind.ACTION_FAILED, Kind.ACTION_DONE})


async def records_of(journal: Journal, attempt: Attempt) -> Sequence[Record]:
    """Return the records of an action, in their order: its own, its requests, their answers."""
    # The request of a new call is about no leg yet.
    leg = None if attempt.action.startswith("call.") else attempt.leg
    return [record async for record in _read(journal, attempt.id, leg)]


async def _read(journal: Journal, attempt: str, leg: str | None) -> AsyncIterator[Record]:
    found = 0
    async for record in journal.read(leg=leg):
        if record.kind not in _SIGNS:
            continue
        own = record.exchange == attempt and record.kind in _OWN
        if own or record.meta.get("cause") == attempt:
            yield record
            found += 1
            if found == _MOST:
                return


class AttemptScreen(RecordScreen):
    """Shows the records of one action in their order."""

    def __init__(
        self, attempt: Attempt, records: Sequence[Record], copies: Sequence[Copy] = ()
    ) -> None:
        """Show an action.

        Args:
            attempt: How far it came.
            records: Its own; at least that it was asked.
            copies: What of it can be copied.
        """
        super().__init__(records[0], copies=copies)
        self._title = clean(words.lane(attempt), limit=66)
        self._attempt, self._records = attempt, records

    def shown(self) -> Group:
        """Return the exchange, or one part of each record."""
        label = self.get_component_rich_style("record--label", partial=True)
        part = self.tabs.name if self.tabs is not None else "all"
        shown: list[RenderableType] = []
        if part == "all":
            shown.append(Text(_times(self._attempt), label))
            if self._attempt.reason:
                shown.append(Text(clean(self._attempt.reason, limit=400)))
        for record in self._records:
            if shown:
                shown.append(Text())
            shown.append(_head(record))
            if part != "all":
                below = record_view(record, label, (), part)
            elif record.raw:
                below = Group(*(Text(line) for line in clean_lines(body_words(record.raw))))
            else:
                continue
            shown.append(Padding(below, (0, 0, 0, _INDENT)))
        return Group(*shown)


_BOLD = Style(bold=True)


def _times(attempt: Attempt) -> str:
    """Return the lane: when it was asked, sent, accepted, proven or failed."""
    steps = (
        ("sent", attempt.sent_ms),
        ("accepted", attempt.accepted_ms),
        ("proven", attempt.proven_ms),
        ("failed", attempt.failed_ms),
        ("ended by a move", attempt.undone_ms),
    )
    said = [f"{word} +{at - attempt.asked_ms} ms" for word, at in steps if at is not None]
    return " → ".join([f"asked {clock_time(attempt.asked_ms)}", *said])


def _head(record: Record) -> Table:
    """Return when it was and what it says; what is long goes on below itself."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=_CLOCK)
    grid.add_column(overflow="fold")
    grid.add_row(clock_time(record.at // 1_000_000), Text(_head_words(record)), style=_BOLD)
    return grid


def _head_words(record: Record) -> str:
    sign, meta = _SIGNS[record.kind], record.meta
    match record.kind:
        case Kind.REST_REQUEST | Kind.FORWARD_REQUEST:
            said = f"{meta.get('method', '')} {_address(record)}"
        case Kind.REST_RESPONSE | Kind.FORWARD_RESPONSE:
            took = meta.get("elapsed_ms")
            said = f"{meta.get('status', '')}"
            said += f"  {took:.0f} ms" if isinstance(took, int | float) else ""
        case Kind.ACTION_ASKED:
            args = meta.get("args")
            shown = args.items() if isinstance(args, dict) else ()
            said = "  ".join(f"{name} {value}" for name, value in shown if value not in ("", None))
        case _:
            said = str(meta.get("reason") or meta.get("said") or meta.get("error") or "")
    return f"{sign} {clean(said, limit=400)}".rstrip()


def _address(record: Record) -> str:
    """Return where a request went; of one to the API the path, as `meaning` tells all of it."""
    url = str(record.meta.get("url", ""))
    if record.kind is not Kind.REST_REQUEST:
        return url
    _, found, rest = url.partition("://")
    return f"/{rest.partition('/')[2]}" if found else url
