"""One record of the journal, as it is: what it is about, then its bytes as text."""

import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.screen import Screen

from console.actions.registry import BY_ID
from console.floor.read_webhooks import parse
from console.journal.record import WEBHOOK_KINDS, Record
from console.ladder.effects import Effect
from console.text import clean, clean_lines
from console.tui.cells import short_id, span
from console.tui.copying import Copy, ask
from console.tui.dialogs.dialog import literal
from console.tui.dialogs.reading import READS, Reading
from console.tui.facts import clock_time
from console.tui.keys import bindings
from console.voice.defects import Defect
from console.voice.webhook_defects import webhook_defects

_MOST_BYTES = 64 * 1024
_MOST_DEFECTS = 20
_NAME: Final = 13
"""Cells of the names of facts."""
_PARTS: Final = ("all", "bytes", "meaning", "effect")


class RecordScreen(Reading):
    """Shows a record; JSON is set out over lines."""

    BINDINGS = bindings(BY_ID[name] for name in ("copy", "tab.before", "tab.after", *READS))

    COMPONENT_CLASSES: ClassVar[set[str]] = {"record--label", "record--value"}

    DEFAULT_CSS = """
    RecordScreen > .box { width: 110; padding: 0 1; }
    RecordScreen > .record--label { color: $muted; }
    RecordScreen > .record--value { color: $foreground; }
    """

    def __init__(
        self, record: Record, effects: Sequence[Effect] = (), copies: Sequence[Copy] = ()
    ) -> None:
        """Show a record.

        Args:
            record: Which one.
            effects: What it changed on the floor, where that is known.
            copies: What of it can be copied.
        """
        super().__init__(
            f"Record {record.seq} · {record.kind.value}",
            "/ looks for something · Esc leaves",
            _PARTS,
        )
        self._record, self._effects, self._copies = record, effects, copies

    def shown(self) -> RenderableType:
        """Return all of it, or one part."""
        label = self.get_component_rich_style("record--label", partial=True)
        part = self.tabs.name if self.tabs is not None else _PARTS[0]
        return record_view(self._record, label, self._effects, part)

    def action_run(self, action: str) -> None:
        """Read, copy, or leave."""
        if action == "copy":
            ask(self, f"Copy · record {self._record.seq}", self._copies)
        else:
            super().action_run(action)

    # --- what the copy menu needs --------------------------------------------------------------

    @property
    def put(self) -> Callable[[str], None]:
        """Puts a text on the clipboard of the terminal."""
        return self.app.copy_to_clipboard

    def push(self, question: Screen[Any], answered: Callable[[Any], None]) -> None:
        """Put a question over the record."""
        self.app.push_screen(question, answered)

    def say(self, sentence: str) -> None:
        """Tell at the foot of the box what came of it."""
        self.query_one(".box").border_subtitle = literal(clean(sentence, limit=100))


def record_view(
    record: Record, label: Style, effects: Sequence[Effect] = (), part: str = _PARTS[0]
) -> Group:
    """Return a record for people, or one of `_PARTS` of it; every bit of it is made safe."""
    shown: list[RenderableType] = []
    whole = part == _PARTS[0]
    facts: list[tuple[str, str]] = []
    if whole or part == "meaning":
        facts += [
            ("at", clock_time(record.at // 1_000_000)),
            ("verdict", record.verdict.value),
            ("status", record.status or ""),
            ("leg", record.leg or ""),
            ("conversation", record.conversation or ""),
            ("exchange", record.exchange),
            *((name, _value(value)) for name, value in record.meta.items()),
            *(("defect", str(defect)) for defect in _defects(record)),
        ]
    if whole or part == "effect":
        facts += [
            ("" if place else "changed", effect_words(effect))
            for place, effect in enumerate(effects)
        ]
    if facts:
        shown.append(facts_grid([(name, value) for name, value in facts if value], label))
    if part == "effect" and not effects:
        shown.append(Text("It changed nothing on the floor, or that is not known here."))
    if whole:
        shown.append(Text())
    if whole or part == "bytes":
        shown += body_lines(record.raw) if whole else map(Text, clean_lines(_exact(record.raw)))
    return Group(*shown)


def facts_grid(facts: Sequence[tuple[str, str]], label: Style) -> Table:
    """Return facts with their names right-aligned in one column, and values beside them.

    Args:
        facts: Names and values, as they came: both are made safe here.
        label: How the names look.
    """
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", width=_NAME, no_wrap=True, style=label)
    grid.add_column(overflow="fold")
    for name, value in facts:
        grid.add_row(Text(clean(name, limit=20)), Text(clean(value, limit=2_000)))
    return grid


def effect_words(effect: Effect) -> str:
    """Return what changed: whose, which field, from what to what."""
    whose = f"{effect.subject} {short_id(effect.id)}"
    field, _, unit = effect.field.rpartition("_")
    said = {"ms": _moment, "s": _seconds}.get(unit) if field else None
    if said is None:
        field, said = effect.field, _as_told
    field = clean(field.replace("_", " "), limit=24)
    before, after = said(effect.before), said(effect.after)
    if effect.field == "appeared":
        return f"{whose} appeared: {after}"
    return f"{whose}: {field} {before or '—'} → {after or '—'}"


def _moment(told: str) -> str:
    return clock_time(int(told)) if told.isdecimal() else _as_told(told)


def _seconds(told: str) -> str:
    return span(int(told)) if told.isdecimal() else _as_told(told)


def _as_told(told: str) -> str:
    return clean(told, limit=120)


def _defects(record: Record) -> tuple[Defect, ...]:
    """Return what does not fit in a webhook (5.3), each with the path of its field."""
    if record.kind not in WEBHOOK_KINDS:
        return ()
    return webhook_defects(parse(record))[:_MOST_DEFECTS]


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)


def _exact(raw: bytes) -> str:
    """Return bytes as text as they came."""
    shown = raw[:_MOST_BYTES].decode("utf-8", "backslashreplace")
    return shown + _rest(raw) if raw else "no bytes came with it"


def _rest(raw: bytes) -> str:
    return f"\n… {len(raw) - _MOST_BYTES} more bytes" if len(raw) > _MOST_BYTES else ""


def body_lines(raw: bytes) -> list[RenderableType]:
    """Return bytes as lines; what goes on in the next one begins below what it goes on from."""
    lines: list[RenderableType] = []
    for line in clean_lines(body_words(raw)):
        text = line.lstrip(" ")
        lines.append(Padding(Text(text), (0, 0, 0, len(line) - len(text))))
    return lines


def body_words(raw: bytes) -> str:
    """Return bytes as text; JSON is set out over lines."""
    shown = raw[:_MOST_BYTES].decode("utf-8", "backslashreplace")
    rest = _rest(raw)
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False) + rest
    except (ValueError, RecursionError):
        return shown + rest
