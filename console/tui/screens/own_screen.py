"""What a view has of its own: panes, what is under the cursor, words, what can be copied."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.widget import Widget

from console.actions.forms import Args
from console.actions.registry import Action
from console.actions.target import Target, TargetKind
from console.floor.views import Leg
from console.tui.copying import Copy
from console.tui.filtering import Filtering
from console.tui.ports import DeskPort
from console.tui.screens.pane_screen import PaneScreen
from console.tui.status_lines import status_lines
from console.tui.views import Views
from console.voice.statuses import Status


class OwnScreen(PaneScreen, inherit_bindings=False):
    """What `ViewScreen` asks of a view: `VIEW`, `body`, `draw`, `home`; the rest as it has it."""

    VIEW: ClassVar[str]
    """Its id in `console.tui.views`."""
    FOLLOWS_TIME: ClassVar[bool] = False
    """Whether it shows another moment by itself (`Changes.anew`); else it is made anew then."""

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(views)
        self.desk = desk
        self.filterings: tuple[Filtering, ...] = ()
        """The lists of the view that `/` filters, its own first."""

    def body(self) -> Iterator[Widget]:
        """Yield the panes."""
        raise NotImplementedError

    def draw(self, *, rows: bool) -> bool:
        """Show what is now; with `rows` the order of rows too. True: they are out of order."""
        raise NotImplementedError

    def tick(self) -> None:
        """Time has passed: look at ages again."""

    @property
    def home(self) -> Widget:
        """The pane that has the keys at first."""
        raise NotImplementedError

    @property
    def target(self) -> Target | None:
        """What is under the cursor."""
        return None

    @property
    def depth(self) -> tuple[str, ...]:
        """What is opened inside the view, for the way back; safe text."""
        return ()

    @property
    def notes(self) -> Sequence[tuple[str, str]]:
        """What `?` explains besides the keys: a name and a sentence each."""
        return ()

    @property
    def unsaved(self) -> str:
        """What was written here and not saved; safe text, empty where nothing is lost."""
        return ""

    @property
    def about(self) -> Target | None:
        """What the view was opened on, where it was opened on something."""
        return None

    def point_at(self, target: Target) -> None:
        """Put the cursor on a leg or a conversation, where it is in the list."""

    def show(self, target: Target) -> None:
        """Show what belongs to a leg or a conversation; for views that are opened on one."""
        raise AssertionError(f"the view {self.VIEW} is opened on nothing")

    @property
    def selected_status(self) -> Status | None:
        """The status under the cursor, which `?` explains."""
        leg = self.selected_leg
        return (leg.failure or leg.status) if leg is not None else None

    @property
    def selected_leg(self) -> Leg | None:
        """The leg under the cursor, which tells why its status is so and what it costs."""
        target = self.target
        if target is None or target.kind is not TargetKind.LEG:
            return None
        return self.desk.store.floor.leg(target.id)

    @property
    def explained(self) -> Sequence[tuple[str, str]]:
        """What `?` says of the status under the cursor: its name and a sentence, then more."""
        return status_lines(self.selected_status, self.selected_leg)

    @property
    def copies(self) -> Sequence[Copy]:
        """What can be copied of what is under the cursor."""
        return ()

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Run an action of this view that sends something and can run now."""
        raise AssertionError(f"the registry has {action.id}, the view {self.VIEW} does not")

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Run an action of this view that touches the screen only."""
        raise AssertionError(f"the registry has {action.id}, the view {self.VIEW} does not")

    def step_back(self) -> bool:
        """Leave what is opened inside the view; False: nothing is."""
        return False

    @property
    def filtering(self) -> Filtering | None:
        """What `/` filters now: the list that has the focus, else the view's own."""
        own = next(iter(self.filterings), None)
        return next((each for each in self.filterings if each.pane.has_focus), own)
