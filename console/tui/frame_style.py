"""How the word of a context looks, which says whose calls these are."""

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.widget import Widget


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
