"""How a context is told apart: its word on the first line, and its colour around what has the keys.

A sandbox and the platform are never taken for each other (product, the keyboard map).
"""

from collections.abc import Mapping

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.widget import Widget


def frame_color(variables: Mapping[str, str], color: str) -> Color:
    """Return a context's colour.

    Args:
        variables: Those of the theme.
        color: `#rrggbb`, or a name of the theme; an unknown one is drawn as an error.
    """
    try:
        return Color.parse(variables.get(color, color))
    except ColorParseError:
        return Color.parse(variables["error"])


def frame_style(widget: Widget, color: str) -> Style:
    """Return a context's colour as it is drawn behind its word; in reverse where none is drawn.

    Args:
        widget: Where it is drawn.
        color: As `frame_color` takes it.
    """
    back = frame_color(widget.app.theme_variables, color)
    style = Style(bold=True, bgcolor=back.rich_color, color=back.get_contrast_text(1).rich_color)
    return style + Style(reverse=widget.app.no_color)
