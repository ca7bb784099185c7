"""What the app tells everything on it: whose screen this is, and which keys are in force."""

from typing import Protocol, runtime_checkable

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.widget import Widget

from console.actions.action import CALLS
from console.actions.keymap import REGISTRY_KEYS, Keymap
from console.config.context import Frame


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


def frame_style(widget: Widget, color: str) -> Style:
    """Return a context's colour as it is drawn behind its word; in reverse where none is drawn.

    Args:
        widget: Where it is drawn.
        color: `#rrggbb`, or a name of the theme; an unknown one is drawn as an error.
    """
    variables = widget.app.theme_variables
    try:
        back = Color.parse(variables.get(color, color))
    except ColorParseError:
        back = Color.parse(variables["error"])
    style = Style(bold=True, bgcolor=back.rich_color, color=back.get_contrast_text(1).rich_color)
    return style + Style(reverse=widget.app.no_color)
