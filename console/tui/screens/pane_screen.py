"""What every view can do with its panes: zoom, tabs, sort, search, and where one goes by mouse."""

from textual import on
from textual.screen import Screen
from textual.widget import Widget

from console.tui.found import Searchable
from console.tui.search import Search
from console.tui.tabs import TabPressed, Tabs
from console.tui.views import Views
from console.tui.widgets.search_line import SearchLine
from console.tui.widgets.status_line import StatusLine
from console.tui.widgets.view_strip import ViewStrip
from console.tui.widgets.virtual_list import VirtualList
from console.tui.zoom import WHOLE, ZOOM_CSS, Zoom

_HEIGHTS: list[tuple[int, str]] = [(0, "-short"), (30, "-tall")]
"""At fewer lines the panes need every one of them."""


class PaneScreen(Screen[None], inherit_bindings=False):
    """The panes of one view. `ViewScreen` says what they are of."""

    VERTICAL_BREAKPOINTS = _HEIGHTS

    DEFAULT_CSS = (
        """
    PaneScreen.-short ViewStrip { display: none; }
    """
        + ZOOM_CSS
    )

    def __init__(self, views: Views) -> None:
        super().__init__()
        self.views = views
        self.strip = ViewStrip()
        self.search_line = SearchLine()
        self.search = Search(self, self.search_line, lambda: views.keymap, self.say)
        self.zoom = Zoom(self)

    # --- what a view says ----------------------------------------------------------------------

    @property
    def home(self) -> Widget:
        """The pane that has the keys at first."""
        raise NotImplementedError

    @property
    def tabs(self) -> Tabs | None:
        """The tabs that there are now; None: there are none."""
        return None

    def unzoomed(self) -> None:
        """The panes are as big as they are by themselves again."""

    def say(self, sentence: str) -> None:
        """Tell something in the status line."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw everything at once, after something that the user did."""
        raise NotImplementedError

    def back(self) -> None:
        """Leave the innermost thing."""
        raise NotImplementedError

    # --- what its panes can do -----------------------------------------------------------------

    @property
    def sortable(self) -> VirtualList | None:
        """The list whose rows can be sorted now: the one that has the keys, else the view's own."""
        alone = self.zoom.level == WHOLE
        for pane in (self.focused, self.zoom.pane if alone else self.home):
            if isinstance(pane, VirtualList) and pane.COLUMNS:
                return pane
        return None

    @property
    def searched(self) -> Widget | None:
        """The text that can be searched now: it has the keys, and no list is in sight beside it."""
        pane = self.focused
        if not isinstance(pane, Searchable) or isinstance(pane, VirtualList):
            return None
        beside = any(isinstance(each, VirtualList) for each in self.zoom.panes)
        return None if beside and self.zoom.level < WHOLE else pane

    def pane_reason(self, action: str) -> str | None:
        """Say why an action on panes cannot run now; None: it can, or is no such action."""
        match action:
            case "pane.zoom" | "pane.shrink" if not self.zoom.level and len(self.zoom.panes) < 2:
                return "there is one pane here, and it has the whole place"
            case "tab.before" | "tab.after" if self.tabs is None:
                return "there are no tabs here now"
            case "sort" | "sort.before" | "sort.after" if self.sortable is None:
                return "there is no list with columns here now"
        return None

    def leave_pane(self) -> bool:
        """Leave a search, then a zoom; False: there was none."""
        return self.search.forget() or self.zoom.leave()

    # --- events --------------------------------------------------------------------------------

    def on_screen_suspend(self) -> None:
        """Something is put over the panes: draw the row under the cursor at rest."""
        self._draw_cursor()

    def on_screen_resume(self) -> None:
        """The panes are on top again."""
        self._draw_cursor()

    def _draw_cursor(self) -> None:
        if self.app.no_color and self.focused is not None:
            self.focused.refresh()

    def on_descendant_focus(self) -> None:
        """The pane that has the keys is the bigger one."""
        self.zoom.follow(self.focused)

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

    @on(TabPressed)
    def tab_pressed(self, event: TabPressed) -> None:
        """Show the tab that was pressed."""
        if self.tabs is not None:
            self.tabs.go(event.place)
            self.redraw()

    @on(StatusLine.CrumbPressed)
    def crumb_pressed(self, event: StatusLine.CrumbPressed) -> None:
        """Go back to the view that was pressed; in the present one, to its beginning."""
        if not self.views.go(event.place):
            self.back()
