"""One record of the journal, as it is: what it is about, then its bytes as text."""

import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from rich.console import RenderableType
from rich.style import Style
from rich.text import Text
from textual.screen import Screen

from console.actions.registry import BY_ID
from console.floor.read_webhooks import parse
from console.journal.record import WEBHOOK_KINDS, Record
from console.ladder.effects import Effect
from console.text import clean, clean_lines
from console.tui.cells import short_id
from console.tui.copying import Copy, ask
from console.tui.dialogs.dialog import literal
from console.tui.dialogs.reading import READS, Reading
from console.tui.facts import clock_time
from console.tui.keys import bindings
from console.voice.defects import Defect
from console.voice.webhook_defects import webhook_defects

_MOST_BYTES = 64 * 1024
_MOST_DEFECTS = 20
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
        return record_text(self._record, label, self._effects, part)

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


def record_text(
    record: Record, label: Style, effects: Sequence[Effect] = (), part: str = _PARTS[0]
) -> Text:
    """Return a record for people, or one of `_PARTS` of it; every bit of it is made safe."""
    text = Text(end="")
    head = [
        ("at", clock_time(record.at // 1_000_000)),
        ("verdict", record.verdict.value),
        ("status", record.status or ""),
        ("leg", record.leg or ""),
        ("conversation", record.conversation or ""),
        ("exchange", record.exchange),
        *((name, _value(value)) for name, value in record.meta.items()),
        *(("defect", str(defect)) for defect in _defects(record)),
    ]
    whole = part == _PARTS[0]
    if whole or part == "meaning":
        for name, value in head:
            if value:
                text.append(f"{clean(name, limit=20):>13}  ", label)
                text.append(f"{clean(value, limit=2_000)}\n")
    if whole or part == "effect":
        for effect in effects:
            text.append(f"{'changed':>13}  ", label)
            text.append(f"{effect_words(effect)}\n")
    if part == "effect" and not effects:
        text.append("It changed nothing on the floor, or that is not known here.\n")
    if whole:
        text.append("\n")
    if whole or part == "bytes":
        for line in clean_lines(_body(record.raw) if whole else _exact(record.raw)):
            text.append(f"{line}\n")
    return text


def effect_words(effect: Effect) -> str:
    """Return what changed: whose, which field, from what to what."""
    whose = f"{effect.subject} {short_id(effect.id)}"
    field = clean(effect.field.replace("_", " "), limit=24)
    before, after = clean(effect.before, limit=60), clean(effect.after, limit=60)
    if effect.field == "appeared":
        return f"{whose} appeared: {after}"
    return f"{whose}: {field} {before or '—'} → {after or '—'}"


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


def _body(raw: bytes) -> str:
    shown = raw[:_MOST_BYTES].decode("utf-8", "backslashreplace")
    rest = _rest(raw)
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False) + rest
    except (ValueError, RecursionError):
        return shown + rest
