"""The figures of the floor over a window of time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from textual.widget import Widget

from console.actions.figures_actions import FIGURES
from console.actions.registry import Action, actions_of
from console.floor.measures import FORMULAS, counted_for_ms, measures
from console.tui.figures_layout import LABELS, Rates, window_words
from console.tui.keys import bindings
from console.tui.ports import DeskPort
from console.tui.screens.view_screen import ViewScreen
from console.tui.tabs import Tabs
from console.tui.views import Views
from console.tui.widgets.figures_pane import FiguresPane

WINDOWS_MS: Final = (300_000, 900_000, 3_600_000, 28_800_000)
_FILLED: Final = 2
"""A wider window is shown once one part in so many of it is filled."""
_STEPS: Final = ("tab.before", "tab.after")
_RATES: Final = (
    ("New legs a second", "calls that were begun in the last second / what the account may"),
    ("Requests a second", "other requests in the last second / what the account may"),
)
"""What the gauges show, which are of this console's own requests."""


class FiguresScreen(ViewScreen, inherit_bindings=False):
    """Shows concurrency, arrivals, ratios, failures, cost and the account's rates."""

    VIEW = FIGURES
    FOLLOWS_TIME = True
    BINDINGS = bindings(actions_of(FIGURES))

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.pane = FiguresPane()
        self._tabs = Tabs([window_words(ms) for ms in WINDOWS_MS], self._tab_changed)
        self._chosen = False
        """The user took a window; until then it grows with what there is to count."""

    def body(self) -> Iterator[Widget]:
        """Yield the figures."""
        yield self.pane

    @property
    def home(self) -> Widget:
        """The figures."""
        return self.pane

    @property
    def tabs(self) -> Tabs | None:
        """Over how long it is counted."""
        return self._tabs

    def _tab_changed(self) -> None:
        self._chosen = True
        self.redraw()

    @property
    def notes(self) -> Sequence[tuple[str, str]]:
        """How each figure is reckoned, for `?`."""
        return [*((LABELS[name], formula) for name, formula in FORMULAS.items()), *_RATES]

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here; the length of time is all that can be chosen, and stands first."""
        every = super().actions
        if self.time is not None:
            # The keys of the time machine need the room.
            return every
        steps = tuple(replace(each, footer=True) for each in every if each.id in _STEPS)
        return steps + tuple(each for each in every if each.id not in _STEPS)

    def draw(self, *, rows: bool) -> bool:
        """Reckon the figures as they are now."""
        desk = self.desk
        now_ms = desk.clock.now_ns() // 1_000_000
        legs, history = desk.store.floor.legs(live=False), desk.store.floor.history
        if not self._chosen:
            self._tabs.place = _fitting(counted_for_ms(legs, now_ms, history))
        status = desk.status
        self.pane.show(
            measures(legs, now_ms, WINDOWS_MS[self._tabs.place], history),
            Rates(status.calls, status.requests),
        )
        self.pane.show_tabs(self._tabs, "figures")
        return False

    def tick(self) -> None:
        """Time has passed."""
        self.draw(rows=True)


def _fitting(counted_ms: int) -> int:
    """Return the place of the widest window that is not mostly empty, else of the narrowest."""
    fit = [place for place, ms in enumerate(WINDOWS_MS) if counted_ms * _FILLED >= ms]
    return fit[-1] if fit else 0
