"""A box with a text that one reads: rows, pages, tabs, and a search in it."""

from collections.abc import Iterable
from typing import Final

from rich.console import RenderableType
from textual import on
from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import Input

from console.actions.registry import BY_ID
from console.tui.dialogs.dialog import Dialog, literal
from console.tui.keys import TYPED, bindings
from console.tui.search import Search
from console.tui.surroundings import keys_here
from console.tui.tabs import TabPressed, Tabs
from console.tui.widgets.rendered_pane import RenderedPane
from console.tui.widgets.scrolling import ROWS, rows_of
from console.tui.widgets.search_line import SearchLine

READS: Final = ("back", "filter", *sorted(ROWS))
"""The keys of a text that one reads."""


class Reading(Dialog[None]):
    """Shows one text; a subclass gives `shown`, and `tabs` where it has several parts."""

    BINDINGS = bindings(BY_ID[name] for name in READS)

    DEFAULT_CSS = """
    Reading RenderedPane.-tabbed { border-top: solid $rule; border-title-color: $conversation; }
    """

    def __init__(self, title: str, foot: str, tabs: Iterable[str] = ()) -> None:
        super().__init__(title, foot)
        self.pane = RenderedPane(id="text")
        self.search_line = SearchLine()
        self.search = Search(self, self.search_line, lambda: keys_here(self)[0], self.say)
        names = tuple(tabs)
        self.tabs = Tabs(names, self.draw) if names else None

    def shown(self) -> RenderableType:
        """Return the text, which may need the theme's styles."""
        raise NotImplementedError

    def content(self) -> ComposeResult:
        """Yield the text and the line where one looks for something in it."""
        yield self.pane
        yield self.search_line

    def on_mount(self) -> None:
        """Fill in the text, which needs the theme's styles."""
        self.draw()
        self.pane.focus()

    def draw(self) -> None:
        """Show the text, of the tab that was chosen."""
        self.search.forget()
        if self.tabs is not None:
            self.pane.add_class("-tabbed")
            self.pane.show_tabs(self.tabs)
        self.pane.show(self.shown())

    def say(self, sentence: str) -> None:
        """Tell something at the foot of the box."""
        self.query_one(".box").border_subtitle = literal(sentence)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys that open a line to type in to whoever types already."""
        typing = action == "run" and isinstance(self.focused, Input)
        return not (typing and TYPED.issuperset(parameters))

    def action_run(self, action: str) -> None:
        """Scroll, look for something, show another tab, or leave."""
        match action:
            case "row.first":
                self.pane.go_first()
            case "row.last":
                self.pane.go_last()
            case _ if action in ROWS:
                self.pane.move(rows_of(action, self.pane.sight))
            case "filter":
                self.search.open(self.pane)
            case "tab.before" | "tab.after" if self.tabs is not None:
                self.tabs.step(1 if action == "tab.after" else -1)
            case "back" if self.search.forget():
                self.say(self._foot)
            case _:
                self.dismiss(None)

    def on_key(self, event: Key) -> None:
        """While it was searched, `n` and `N` go through the places."""
        if self.search.pressed(event):
            event.stop()
            event.prevent_default()

    @on(TabPressed)
    def tab_pressed(self, event: TabPressed) -> None:
        """Show the tab that was pressed."""
        if self.tabs is not None:
            self.tabs.go(event.place)

    @on(SearchLine.Typed)
    def search_typed(self, event: SearchLine.Typed) -> None:
        """Show where it is so far."""
        self.search.typed(event.text)

    @on(SearchLine.Entered)
    def search_entered(self, event: SearchLine.Entered) -> None:
        """Keep what was looked for."""
        self.search.entered(event.text)

    @on(SearchLine.Left)
    def search_left(self) -> None:
        """Forget what was typed."""
        self.search.left()
