"""How the parts of a widget look, looked up once for as long as its styles stay the same."""

from typing import Any

from rich.style import Style
from textual.widget import Widget


class KeptLooks(Widget):
    """Remembers the styles of its parts.

    Textual forgets them whenever something is drawn again, and looking them up takes longer
    than drawing.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        self._looks: dict[tuple[tuple[str, ...], bool], Style] = {}
        super().__init__(*args, **named)

    def get_component_rich_style(
        self, *names: str, partial: bool = False, default: Style | None = None
    ) -> Style:
        """Return how a part looks."""
        key = (names, partial)
        look = self._looks.get(key)
        if look is None:
            look = super().get_component_rich_style(*names, partial=partial, default=default)
            self._looks[key] = look
        return look

    def notify_style_update(self) -> None:
        """Look everything up again: theme, focus or style are others."""
        self._looks.clear()
        super().notify_style_update()
