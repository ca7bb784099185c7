"""The figures of the floor over a window of time."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual.widget import Widget

from console.actions.figures_actions import FIGURES
from console.actions.forms import Args
from console.actions.registry import Action, actions_of
from console.actions.target import Target
from console.floor.measures import FORMULAS, measures
from console.tui.keys import bindings
from console.tui.ports import DeskPort
from console.tui.screens.view_screen import ViewScreen
from console.tui.views import Views
from console.tui.widgets.figures_pane import FiguresPane, Rates

WINDOWS_MS: Final = (300_000, 900_000, 3_600_000, 28_800_000)
_FIRST: Final = 1


class FiguresScreen(ViewScreen, inherit_bindings=False):
    """Shows concurrency, arrivals, ratios, failures, cost and the account's rates."""

    VIEW = FIGURES
    FOLLOWS_TIME = True
    BINDINGS = bindings(actions_of(FIGURES))

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.pane = FiguresPane()
        self._window = _FIRST

    def body(self) -> Iterator[Widget]:
        """Yield the figures."""
        yield self.pane

    @property
    def home(self) -> Widget:
        """The figures."""
        return self.pane

    @property
    def notes(self) -> Sequence[tuple[str, str]]:
        """How each figure is reckoned, for `?`."""
        return [(name.replace("_", " "), formula) for name, formula in FORMULAS.items()]

    def draw(self, *, rows: bool) -> bool:
        """Reckon the figures as they are now."""
        desk = self.desk
        now_ms = desk.clock.now_ns() // 1_000_000
        legs = desk.store.floor.legs(live=False)
        status = desk.status
        self.pane.show(
            measures(legs, now_ms, WINDOWS_MS[self._window], desk.store.floor.history),
            Rates(status.calls, status.requests),
        )
        return False

    def tick(self) -> None:
        """Time has passed."""
        self.draw(rows=True)

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Change the window."""
        match action.id:
            case "figures.shorter":
                self._window = max(self._window - 1, 0)
            case "figures.longer":
                self._window = min(self._window + 1, len(WINDOWS_MS) - 1)
            case _:
                super().run_view(action, target, args)
        self.redraw()

    def filter_by(self, text: str) -> str:
        """There is nothing to filter: the registry offers no filter here."""
        return ""
