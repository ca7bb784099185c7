"""Changing the theme while the console runs."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol, runtime_checkable

from textual.app import App

from console.actions.forms import Args
from console.text import clean
from console.tui.cells import shown
from console.tui.dialogs.question import Option, Question
from console.tui.themes import Described

_LETTERS: Final = "123456789abcdefghilmnoprstuvwxyz"
"""What chooses a theme at once; `j` and `k` move."""

_ABOUT: Final = 44
"""Cells for what a theme says of itself."""


@runtime_checkable
class HasThemes(Protocol):
    """An app with themes of our own kind."""

    @property
    def own_themes(self) -> Mapping[str, Described]:
        """By name."""


class Theming:
    """Runs the registry's `theme`."""

    def __init__(
        self, app: App[object], say: Callable[[str], None], push: Callable[..., None]
    ) -> None:
        self._app, self._say, self._push = app, say, push

    def run(self, args: Args) -> None:
        """Take the theme that was named, or ask which."""
        app = self._app
        if name := args.get("name", "").strip():
            self.take(name)
            return
        themes = app.own_themes if isinstance(app, HasThemes) else {}
        options = [
            Option(each.name, f"{each.name:<15}{shown(each.about, _ABOUT).rstrip()}", letter)
            for each, letter in zip(themes.values(), _LETTERS, strict=False)
        ]
        default = app.theme if app.theme in [option.value for option in options] else "dark"

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.take(answer)

        self._push(Question("Theme", ["Which one?"], options, default=default), answered)

    def take(self, name: str) -> None:
        """Put a theme in force, or say which there are."""
        app = self._app
        if name not in app.available_themes:
            themes = app.own_themes if isinstance(app, HasThemes) else app.available_themes
            known = ", ".join(sorted(themes))
            self._say(f"there is no theme {clean(name, limit=32)!r}; there are {known}")
            return
        app.theme = name
        self._say(f"theme {name}; to keep it: theme = {name!r} in the configuration")
