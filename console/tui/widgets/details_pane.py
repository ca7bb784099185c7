"""The details: labelled facts of what is selected, and the log of it."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.tui.facts import Fact
from console.tui.themes import MEANINGS

_LABEL = 9


class FactsText(Static):
    """Facts, one below the other; long ones go on in their own column."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"facts--{meaning}" for meaning in MEANINGS}

    DEFAULT_CSS = "FactsText { height: auto; }\n" + "".join(
        f"FactsText > .facts--{meaning} {{ color: ${meaning}; }}\n"
        for meaning in MEANINGS
        if not meaning.startswith("cursor")
    )

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._facts: Sequence[Fact] = ()

    def show(self, facts: Sequence[Fact]) -> None:
        """Show these; nothing is drawn again when they are the same."""
        if facts != self._facts:
            self._facts = facts
            self.update(self._table())

    def notify_style_update(self) -> None:
        """Draw again with the new theme."""
        super().notify_style_update()
        if self._facts:
            self.update(self._table())

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1, 0, 0), expand=True)
        table.add_column(width=_LABEL, no_wrap=True, justify="right")
        table.add_column(ratio=1, overflow="fold")
        muted = self.get_component_rich_style("facts--muted", partial=True)
        for fact in self._facts:
            style = (
                self.get_component_rich_style(f"facts--{fact.meaning}", partial=True)
                if fact.meaning
                else Style()
            )
            if fact.meaning == "conversation":
                style += Style(bold=True)
            table.add_row(Text(fact.label, muted), Text(fact.text, style))
        return table


class DetailsPane(VerticalScroll, can_focus=True, inherit_bindings=False):
    """What is known of the selected leg or conversation."""

    DEFAULT_CSS = """
    DetailsPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 44; height: 1fr; scrollbar-size-vertical: 1; background: $background;
        scrollbar-color: $rule; scrollbar-background: $background; padding: 0 1 0 0;
    }
    DetailsPane:focus { border: round $rule-focus; border-title-color: $conversation; }
    """

    def __init__(self, *, id: str = "details") -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._text = FactsText()
        self.border_title = "Leg"

    def compose(self) -> Sequence[FactsText]:
        """Yield the text."""
        return [self._text]

    def show(self, title: str, facts: Sequence[Fact]) -> None:
        """Show facts under a title that is ours."""
        self.border_title = title
        self._text.show(facts)

    def move(self, by: int) -> None:
        """Scroll by lines."""
        self.scroll_relative(y=by, animate=False)

    def go_first(self) -> None:
        """Scroll to the beginning."""
        self.scroll_home(animate=False)

    def go_last(self) -> None:
        """Scroll to the end."""
        self.scroll_end(animate=False)
