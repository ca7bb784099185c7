"""The views, one row each, and which of them is shown.

A new view is one file with a `ViewScreen`, its keys in the registry (`views=("<id>",)`), the row
of its digit in `console.actions.view_actions`, and its row here.

`Views` keeps the screens of one app: a view is made when it is opened for the first time, and keeps
its cursor while another one is shown. The views of the digits stand side by side, each directly
under the calls; what is opened on something (the ladder of a call) stands on top of the view that
it was opened in, and `Esc` goes down again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from console.actions.account_actions import ACCOUNT
from console.actions.action import CALLS
from console.actions.audit_actions import AUDIT
from console.actions.figures_actions import FIGURES
from console.actions.keymap import REGISTRY_KEYS, Keymap
from console.actions.ladder_actions import LADDER
from console.actions.listening_actions import AUDIO
from console.actions.ncco_actions import NCCO
from console.actions.recording_actions import RECORDINGS
from console.actions.registry import Action, Scope
from console.actions.sandbox_actions import SANDBOX
from console.actions.target import Target
from console.actions.view_actions import VIEW_ACTIONS, view_of
from console.actions.webhook_actions import WEBHOOKS
from console.floor.views import Changes
from console.tui.keys import binding_keys, display
from console.tui.past_words import NO_PAST
from console.tui.ports import DeskPort, PastPort

if TYPE_CHECKING:
    from console.tui.app import ConsoleApp
    from console.tui.screens.view_screen import ViewScreen


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One view; its digit is the key of the registry's `<id>.view`."""

    id: str
    title: str
    """What the way back calls it."""
    opens: "Callable[[DeskPort, Views], ViewScreen]"
    """Makes its screen; imports what it needs only then."""
    available: Callable[[DeskPort], bool] = lambda desk: True
    """Whether this desk has it at all; where it has not, nothing shows it."""


def _calls(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.floor import FloorScreen

    return FloorScreen(desk, views)


def _applications(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.applications import ApplicationsScreen

    return ApplicationsScreen(desk, views)


def _ladder(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.ladder import LadderScreen

    return LadderScreen(desk, views)


def _figures(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.figures import FiguresScreen

    return FiguresScreen(desk, views)


def _audit(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.audit import AuditScreen

    return AuditScreen(desk, views)


def _audio(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.audio import AudioScreen

    return AudioScreen(desk, views)


def _webhooks(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.webhooks import WebhooksScreen

    return WebhooksScreen(desk, views)


def _recordings(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.recordings import RecordingsScreen

    return RecordingsScreen(desk, views)


def _ncco(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.ncco import NccoScreen

    return NccoScreen(desk, views)


def _sandbox(desk: DeskPort, views: "Views") -> "ViewScreen":
    from console.tui.screens.sandbox import SandboxScreen

    return SandboxScreen(desk, views)


VIEWS: Final = (
    View(id=CALLS, title="calls", opens=_calls),
    View(id=LADDER, title="ladder", opens=_ladder),
    View(id=WEBHOOKS, title="webhooks", opens=_webhooks),
    View(id=NCCO, title="NCCO", opens=_ncco),
    View(
        id=AUDIO,
        title="audio",
        opens=_audio,
        available=lambda desk: desk.listening is not None,
    ),
    View(id=FIGURES, title="figures", opens=_figures),
    View(id=RECORDINGS, title="recordings", opens=_recordings),
    View(
        id=ACCOUNT,
        title="applications",
        opens=_applications,
        available=lambda desk: desk.account is not None,
    ),
    View(
        id=SANDBOX,
        title="sandbox",
        opens=_sandbox,
        available=lambda desk: desk.sandbox_page is not None,
    ),
    View(id=AUDIT, title="audit", opens=_audit),
)
"""In the order of their digits; one without a digit is opened from another one."""


class Views:
    """The views of one desk in one app."""

    def __init__(
        self,
        app: "ConsoleApp",
        desk: DeskPort,
        keymap: Keymap = REGISTRY_KEYS,
        *,
        present: "Views | None" = None,
    ) -> None:
        """Keep the views of `desk`; `present`: those that are shown when the past is left."""
        self._app, self._desk, self.keymap = app, desk, keymap
        self._present = {view.id: view for view in VIEWS if view.available(desk)}
        self._present_views = present
        self._past: Views | None = None
        self._base = _OVER_THE_FIRST
        self._installed_screens: dict[str, ViewScreen] = {}
        self._made = 0
        """How many screens were made anew."""
        self._screens: dict[str, ViewScreen] = {}
        self._trail = [CALLS]
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def here(self) -> str:
        """The id of the view that is shown."""
        return self._trail[-1]

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The titles from the calls to the view that is shown: one, two or three."""
        return tuple(self._present[view].title for view in self._trail)

    def has(self, view: str) -> bool:
        """Tell whether this desk has a view."""
        return view in self._present

    def absence(self, view: str) -> str:
        """Return why this desk has no such view."""
        known = self._present_views is None or self._present_views.has(view)
        if isinstance(self._desk, PastPort) and known and view in NO_PAST:
            return NO_PAST[view]
        return "there is no such view here"

    def title(self, view: str) -> str:
        """Return what a view is called."""
        return self._present[view].title if view in self._present else view

    def actions_of(self, view: str) -> tuple[Action, ...]:
        """Return what can be done in a view.

        The keys of views that are absent are left out; where nothing may be sent, so is what
        sends.
        """
        return tuple(
            action for action in self.keymap.actions_of(view) if not self._is_absent(action)
        )

    def screen(self, view: str) -> "ViewScreen":
        """Return a view's screen, made the first time."""
        if view not in self._screens:
            self._screens[view] = self._present[view].opens(self._desk, self)
        return self._screens[view]

    @property
    def unsaved(self) -> tuple[str, ...]:
        """What was written in these views and not saved."""
        here = tuple(screen.unsaved for screen in self._screens.values() if screen.unsaved)
        return here if self._present_views is None else (*self._present_views.unsaved, *here)

    def aim(self, view: str, target: Target) -> None:
        """Show a view of a leg or a conversation, on top of the one that is shown."""
        self.screen(view).show(target)
        if view == self.here or view not in self._present:
            return
        if view in self._trail:
            del self._trail[self._trail.index(view) + 1 :]
        else:
            self._trail.append(view)
        self._show()

    def open(self, view: str) -> None:
        """Show a view directly under the calls, whatever is shown now."""
        if view == self.here or view not in self._present:
            return
        self._trail = [CALLS] if view == CALLS else [CALLS, view]
        self._show()

    def go(self, place: int) -> bool:
        """Go down to the view at this place of the crumbs; False: it is shown, or is none."""
        if place >= len(self._trail) - 1:
            return False
        del self._trail[place + 1 :]
        self._show()
        return True

    def digits(self) -> Sequence[tuple[str, str, str]]:
        """Return the views that there are: the action that opens each, its key, its name."""
        return [
            (each.id, display(self.keymap.keys(each, self.here)[0]), each.label)
            for each in VIEW_ACTIONS
            if view_of(each) in self._present and self.keymap.keys(each, self.here)
        ]

    def back(self) -> bool:
        """Show the view below; False: this is the first one."""
        if len(self._trail) == 1:
            return False
        self._trail.pop()
        self._show()
        return True

    def bind_keys(self) -> None:
        """Put the user's keys of the view that is shown in force."""
        self._app.set_keymap(binding_keys(self.keymap, self.here))

    def _show(self) -> None:
        """Put the view's screen over the first one, which stays at the bottom."""
        self.bind_keys()
        app, screen = self._app, self.screen(self.here)
        if self.here == CALLS:
            app.pop_screen()
        elif len(app.screen_stack) > self._base:
            app.switch_screen(self._installed(screen))
        else:
            app.push_screen(self._installed(screen))

    def _installed(self, screen: "ViewScreen") -> str:
        """Keep a screen alive while it is not shown; return the name it is kept under."""
        name = self._name(self.here)
        if not self._app.is_screen_installed(name):
            self._app.install_screen(screen, name)
            self._installed_screens[name] = screen
        return name

    def _name(self, view: str) -> str:
        screen = self._screens.get(view)
        known = (name for name, each in self._installed_screens.items() if each is screen)
        present = self._present_views is None
        return next(known, f"{'view' if present else 'past'}-{view}-{self._made}")

    # --- the past ------------------------------------------------------------------------------

    @property
    def away(self) -> bool:
        """Whether the past is shown instead."""
        return self._past is not None

    def enter_past(self, desk: DeskPort, target: Target | None) -> None:
        """Show the views of a desk of the past over these, on the same view and target."""
        self._past = past = Views(self._app, desk, self.keymap, present=self)
        self._app.views = past
        past.begin(self.here, target)

    def begin(self, view: str, target: Target | None) -> None:
        """Put the first view over what is shown, and another one over that where it is wished."""
        self._app.push_screen(self.screen(CALLS))
        self._base = len(self._app.screen_stack)
        self._unsubscribe = self._desk.store.subscribe(self._changed)
        if target is not None:
            self.screen(CALLS).point_at(target)
        if view == LADDER and target is not None:
            self.aim(LADDER, target)
        elif view != LADDER:
            self.open(view)

    def leave_past(self) -> bool:
        """Show the present again; False: it is shown already."""
        present = self._present_views
        if present is None:
            return False
        self._unsubscribe()
        if isinstance(self._desk, PastPort):
            self._desk.pause()
        while len(self._app.screen_stack) >= self._base:
            self._app.pop_screen()
        for name, screen in self._installed_screens.items():
            self._drop(name, screen)
        self._installed_screens.clear()
        present.come_back()
        return True

    def come_back(self) -> None:
        """Take note that the past was left."""
        self._past = None
        self._app.views = self
        self.bind_keys()

    def _changed(self, changes: Changes) -> None:
        """Make anew what keeps records by itself, once another moment is shown."""
        if not changes.anew:
            return
        for view, screen in tuple(self._screens.items()):
            if screen.FOLLOWS_TIME:
                continue
            name = self._name(view)
            del self._screens[view]
            self._made += 1
            if view == self.here:
                self._app.switch_screen(self._installed(self.screen(view)))
            if self._installed_screens.pop(name, None) is not None:
                self._drop(name, screen)

    def _drop(self, name: str, screen: "ViewScreen") -> None:
        """Take away a screen that is not on the stack any more."""
        self._app.uninstall_screen(name)
        screen.remove()

    def _is_absent(self, action: Action) -> bool:
        if action.scope is Scope.DESK and self._desk.context.readonly:
            return True
        view = view_of(action)
        return view is not None and view not in self._present


_OVER_THE_FIRST: Final = 2
"""Textual's own empty screen and the calls are always on the stack."""
