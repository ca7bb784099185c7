"""The line under the cursor of a ladder, opened beside it where the screen is wide."""

from typing import ClassVar

from rich.console import Group, RenderableType
from rich.text import Text

from console.journal.record import Record
from console.tui.screens.record import body_lines, record_view
from console.tui.widgets.rendered_pane import RenderedPane


class RungPane(RenderedPane):
    """What a record is about, then its bytes; `Enter` shows what it changed as well."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rung--label"}

    DEFAULT_CSS = """
    RungPane {
        width: 56; height: 1fr; max-height: 100%; background: $background;
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        padding: 0 0 0 1;
    }
    RungPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    RungPane > .rung--label { color: $muted; }
    """

    def __init__(self) -> None:
        super().__init__(id="rung")
        self.border_title = "Line"
        self._seq: int | None = None

    def show_record(self, record: Record | None, asked: Record | None = None) -> None:
        """Show a record from its beginning; the same one is not drawn again.

        Args:
            record: What is under the cursor; None: nothing is.
            asked: The request that it answers.
        """
        seq = record.seq if record is not None else 0
        if seq == self._seq:
            return
        self._seq = seq
        if record is None:
            self.border_title = "Line"
            self.show(Text())
            return
        self.border_title = f"Record {record.seq} · {record.kind.value}"
        label = self.get_component_rich_style("rung--label", partial=True)
        shown: list[RenderableType] = [record_view(record, label, (), "meaning")]
        for each, what in ((asked, "sent"), (record, "came back" if asked else "")):
            if each is not None and each.raw:
                shown += [Text(), *([Text(what, label)] if what else []), *body_lines(each.raw)]
        self.show(Group(*shown))
