"""The application: a theme, one screen on one desk, and how it ends."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import RenderableType
from textual.app import App

from console.actions.action import CALLS
from console.tui.ending import drop_terminal, terminal_is_gone
from console.tui.ports import DeskPort
from console.tui.screens.floor import FloorScreen
from console.tui.themes import FALLBACK, Loaded, load_themes
from console.tui.views import Views


class ScreenFailure(Exception):
    """The terminal could not be read from or written to."""


class ConsoleApp(App[int], inherit_bindings=False):
    """Runs the screens of one desk until the user quits or something outside ends it.

    After it ran, `failure` holds the fault that ended it. It is for the caller to tell, once
    the terminal is the user's again.
    """

    ENABLE_COMMAND_PALETTE = False
    TITLE = "voice-console"

    CSS = """
    * {
        scrollbar-color: $rule; scrollbar-color-hover: $muted; scrollbar-color-active: $muted;
        scrollbar-background: $surface; scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
    }
    CommandPalette { background: $background 60%; }
    CommandPalette > Vertical { width: 84; max-width: 96%; background: $surface; }
    """

    def __init__(self, desk: DeskPort, *, themes_folder: Path | None = None) -> None:
        self._loaded: Loaded = load_themes(themes_folder)
        super().__init__()
        self.desk = desk
        self.failure: Exception | None = None
        for theme in self._loaded.themes.values():
            self.register_theme(theme)
        wanted = desk.context.theme
        self._theme_problems = list(self._loaded.problems)
        if wanted not in self.available_themes:
            self._theme_problems.append(
                f"there is no theme {wanted!r}; there are {', '.join(sorted(self._loaded.themes))}"
            )
            wanted = FALLBACK
        self.theme = wanted
        self.views = Views(self, desk)
        floor = self.views.screen(CALLS)
        assert isinstance(floor, FloorScreen)
        self.floor_screen = floor

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give Textual's own themes the meanings that only ours name."""
        house: Mapping[str, str] = self._loaded.themes[FALLBACK].variables
        return dict(house)

    def on_mount(self) -> None:
        """Open the main screen; say what is wrong with a theme."""
        self.push_screen(self.floor_screen)
        if self._theme_problems:
            self.call_after_refresh(self.floor_screen.say, "; ".join(self._theme_problems))

    def end(self, code: int) -> None:
        """End from outside: a signal, or the terminal is gone."""
        self.exit(code, return_code=code)

    def panic(self, *renderables: RenderableType) -> None:
        """End on a fault of the terminal's; what Textual would print is not printed."""
        if terminal_is_gone():
            drop_terminal()
            self.end(0)
        else:
            self._handle_exception(ScreenFailure("the terminal cannot be used any more"))

    def _handle_exception(self, error: Exception) -> None:
        """Keep the fault and end. Textual has no public hook for it.

        Its own way prints the values of variables, among which may be keys and tokens.
        """
        if self.failure is None:
            self.failure = error
        self.exit(None, return_code=1)
