"""What the app tells everything on it: whose screen this is, and which keys are in force."""

from typing import Protocol, runtime_checkable

from textual.widget import Widget

from console.actions.action import CALLS
from console.actions.keymap import REGISTRY_KEYS, Keymap
from console.config.context import Frame
from console.tui.frame_style import frame_style

__all__ = ["Surroundings", "frame_of", "frame_style", "keys_here"]


@runtime_checkable
class Surroundings(Protocol):
    """The app of a desk."""

    @property
    def frame(self) -> Frame:
        """The word and the colour of the context."""

    @property
    def keymap(self) -> Keymap:
        """The user's keys."""

    @property
    def view(self) -> str:
        """The id of the view that is shown, perhaps behind a question."""


def frame_of(widget: Widget) -> Frame | None:
    """Return the frame of the context a widget is shown on; None: on none."""
    app = widget.app
    return app.frame if isinstance(app, Surroundings) else None


def keys_here(widget: Widget) -> tuple[Keymap, str]:
    """Return the keys in force where a widget is shown, and the view it is on."""
    app = widget.app
    return (app.keymap, app.view) if isinstance(app, Surroundings) else (REGISTRY_KEYS, CALLS)
