"""The application: a theme, one screen on one desk, and how it ends."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from textual.app import App
from textual.events import Event, Key, Paste
from textual.screen import Screen

from console.config.context import Context, Frame
from console.tasks import spawn
from console.text import clean
from console.tui.ending import drop_terminal, terminal_is_gone
from console.tui.frame_style import frame_color
from console.tui.screens.opening import OpeningScreen
from console.tui.signs import AsciiSigns, writes_unicode
from console.tui.themes import FALLBACK, Described, Loaded, load_first, load_themes
from console.tui.typed_in_order import TypedInOrder
from console.tui.without_color import WITHOUT_COLOR_CSS, WithoutColor

if TYPE_CHECKING:
    # A frame is painted before anything of a floor is loaded; `take` brings these.
    from rich.console import RenderableType
    from textual.await_complete import AwaitComplete
    from textual.filter import LineFilter

    from console.actions.keymap import Keymap
    from console.tui.alerting import Alerting
    from console.tui.filtering import KeptFilters
    from console.tui.ports import DeskPort
    from console.tui.preview import Preview
    from console.tui.screens.floor import FloorScreen
    from console.tui.views import Views

_ALERTS_AGAIN = 0.5
"""Seconds between two looks at alerts that time alone raises or ends."""

_LEAVES: Final = ("q", "ctrl+c")
"""Keys of `quit`, for as long as the user's own are not read yet."""


class Own(TypedDict, total=False):
    """What of the user's is shown with a desk."""

    keymap: "Keymap"
    """The user's keys; those of the registry when not given."""
    problems: Sequence[str]
    """What of the user's files was not taken, a sentence each."""
    welcomed: Callable[[], None] | None
    """Called when somebody was shown the first keys; None: they know them."""
    preview: "Preview | None"
    """Lets a text be heard before it is sent; None: there is no voice."""
    filters: Path | None
    """The file of filters saved by name; None: none is saved, and none can be."""
    alerts: Path | None
    """The file of what to raise an alert for; None: nothing is watched for."""


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
    CSS += WITHOUT_COLOR_CSS

    desk: "DeskPort"
    keymap: "Keymap"
    preview: "Preview | None"
    kept: "KeptFilters"
    alerting: "Alerting"
    views: "Views"
    floor_screen: "FloorScreen"

    def __init__(
        self,
        desk: "DeskPort | None" = None,
        *,
        opening: Context | None = None,
        themes_folder: Path | None = None,
        **own: Unpack[Own],
    ) -> None:
        """Show `desk`, or the empty frame of what is being opened, until `take` brings its desk.

        Args:
            desk: An open context.
            opening: How what is being opened is framed and drawn, where it is not open yet.
            themes_folder: The user's own themes; read again when a file there changes.
            own: What is shown with the desk.
        """
        look = desk.context if desk is not None else opening
        assert look is not None
        self._look, self._opening = look, opening if desk is None else None
        self._themes_folder = themes_folder
        self._loaded: Loaded = (
            load_themes(themes_folder)
            if desk is not None
            else load_first(look.theme, themes_folder)
        )
        self._ascii: AsciiSigns | None = None
        super().__init__()
        self._draw_in_ascii(look.ascii)
        self.failure: Exception | None = None
        self.painted = asyncio.Event()
        """Set once the first frame is on the terminal."""
        self.taken = asyncio.Event()
        """Set once the desk is shown."""
        self.closed = 0
        """How many screens and dialogs were closed so far."""
        self._welcomed: Callable[[], None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self.typed_in_order = TypedInOrder(self, super().on_event)
        self._register_themes()
        self._problems: list[str] = []
        wanted = look.theme
        if wanted not in self.available_themes:
            known = ", ".join(sorted(self._loaded.themes))
            self._problems.append(f"There is no theme {wanted!r}; there are {known}.")
            wanted = FALLBACK
        self.theme = wanted
        if desk is not None:
            self._take(desk, **own)

    def _draw_in_ascii(self, wished: bool | None) -> None:
        """Draw in ASCII where nothing else can be shown, or is wished for."""
        unicode = writes_unicode()
        if wished or (wished is None and not unicode):
            self._ascii = AsciiSigns(foreign=unicode)

    def _register_themes(self) -> None:
        for theme in self._loaded.themes.values():
            self.register_theme(theme)

    def _take(self, desk: "DeskPort", **own: Unpack[Own]) -> None:
        from console.actions.action import CALLS
        from console.actions.keymap import REGISTRY_KEYS
        from console.tui.alerting import Alerting
        from console.tui.filtering import KeptFilters
        from console.tui.ports import PastPort
        from console.tui.screens.floor import FloorScreen
        from console.tui.views import Views

        self.desk = desk
        self.keymap = own.get("keymap", REGISTRY_KEYS)
        self.preview = own.get("preview")
        self._welcomed = own.get("welcomed")
        filters, alerts = own.get("filters"), own.get("alerts")
        self.kept = KeptFilters(filters)
        # Of a moment of the past nobody has to be called.
        live = not isinstance(desk, PastPort)
        self.alerting = Alerting(desk, alerts if live else None, filters, self._alerts_changed)
        self._problems = [
            *own.get("problems", ()),
            *self._loaded.problems,
            *self.alerting.problems,
            *self._problems,
        ]
        self.views = Views(self, desk, self.keymap)
        floor = self.views.screen(CALLS)
        assert isinstance(floor, FloorScreen)
        self.floor_screen = floor

    # --- while it is opened --------------------------------------------------------------------

    def get_default_screen(self) -> Screen[Any]:
        """Return the frame of what is being opened, which stays behind everything else."""
        if self._opening is None:
            return super().get_default_screen()
        return OpeningScreen(self._opening.frame, sends=not self._opening.readonly)

    def say_opening(self, words: str) -> None:
        """Say what is waited for, in safe text."""
        if isinstance(self.screen, OpeningScreen):
            self.screen.say(words)

    def take(self, desk: "DeskPort", own: Own) -> None:
        """Show a desk that was opened meanwhile; what was typed before is for it."""
        self._loaded = load_themes(self._themes_folder)
        self._register_themes()
        self._take(desk, **own)
        self._opening = None
        self._begin()
        self.taken.set()

    @property
    def frame(self) -> Frame:
        """The word and the colour of the context."""
        if self._opening is not None:
            return self._opening.frame
        status = self.desk.status
        return Frame(word=status.word, color=status.color)

    @property
    def view(self) -> str:
        """The id of the view that is shown, perhaps behind a question."""
        return self.views.here

    @property
    def own_themes(self) -> Mapping[str, Described]:
        """The themes of the house and the user's, by name."""
        return self._loaded.described

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give Textual's own themes the meanings that only ours name."""
        house: Mapping[str, str] = self._loaded.themes[FALLBACK].variables
        return dict(house)

    def get_css_variables(self) -> dict[str, str]:
        """Draw what has the keys in the colour of its context, but for a sandbox."""
        variables: dict[str, str] = super().get_css_variables()
        if self._look.sandbox_url is None:
            variables["rule-focus"] = frame_color(variables, self._look.frame.color).hex
        return variables

    def refresh_css(self, animate: bool = True) -> None:
        """Read the style sheet anew; before there is a screen that is done with the first one.

        A theme is chosen before anything is shown, and the sheet would be read for it and again.
        """
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def get_line_filters(self) -> "Sequence[LineFilter]":
        """Draw without colour where none is wanted, and in ASCII where only that can be shown.

        Textual's own way to draw without colour writes shades of grey.
        """
        own = self._ascii, WithoutColor() if self.no_color else None
        return [*super().get_line_filters(), *(each for each in own if each is not None)]

    def on_mount(self) -> None:
        """Open the main screen, or hold what is typed for it until it can be opened."""
        self.call_after_refresh(self.painted.set)
        if self._opening is None:
            self._begin()
        else:
            self.typed_in_order.hold(spawn(self._wait_for_desk(), name="opened"))

    async def _wait_for_desk(self) -> None:
        await self.taken.wait()

    def _begin(self) -> None:
        """Open the main screen; say what of the user's files was not taken."""
        self.push_screen(self.floor_screen)
        self.views.bind_keys()
        self.alerting.start()
        self.set_interval(_ALERTS_AGAIN, self.alerting.tick)
        if self._themes_folder is not None:
            from console.tui.theme_watch import watch_themes

            watch = watch_themes(self._themes_folder, self._themes_changed)
            self._watching = spawn(watch, name="watch themes")
        self.call_after_refresh(self._greet)

    def _greet(self) -> None:
        """Say what was not taken, or the first keys; who typed ahead may have left already."""
        if not self.floor_screen.is_attached:
            return
        if self._problems:
            self._tell_problems()
        elif self._welcomed is not None:
            self.floor_screen.welcome()
            self._welcomed()

    def pop_screen(self) -> "AwaitComplete":
        """Close the screen on top, and count it."""
        self.closed += 1
        return super().pop_screen()

    def on_unmount(self) -> None:
        """Look at the themes no more."""
        self.typed_in_order.close()
        if self._opening is None:
            self.alerting.stop()
        if self._watching is not None:
            self._watching.cancel()

    async def on_event(self, event: Event) -> None:
        """Hand over what is typed one by one: the next key is for what the last one opened."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            if self._opening is not None and isinstance(event, Key) and self._leaves(event.key):
                self.exit(0)
                return
            await self.typed_in_order.came(event)
        else:
            await super().on_event(event)

    def _leaves(self, key: str) -> bool:
        """Tell whether a key ends the opening; `q` does not where it follows another key."""
        return key in _LEAVES and (key != "q" or self.typed_in_order.idle)

    # --- alerts --------------------------------------------------------------------------------

    def _alerts_changed(self) -> None:
        """The store is fed by a task that knows no app; drawing needs the app's own."""
        if self.is_running:
            self.call_later(self._draw_alerts)

    def _draw_alerts(self) -> None:
        if self.alerting.bell:
            self.alerting.bell = False
            self.bell()
        self.floor_screen.frames.wake()
        self.views.screen(self.views.here).draw_edges()

    # --- themes --------------------------------------------------------------------------------

    def _tell_problems(self) -> None:
        """Say before anything else what of the user's files was not taken."""
        from console.tui.dialogs.question import Option, Question

        lines = [clean(problem, limit=400) for problem in self._problems]
        options = [Option("on", "go on without it", "og")]
        question = Question("Not taken", lines, options, default="on")
        self.floor_screen.push(question, lambda answer: None)

    def _tell(self, sentence: str) -> None:
        self.views.screen(self.views.here).say(sentence)

    def _themes_changed(self, loaded: Loaded) -> None:
        """Take the themes as they are now; a theme that is gone or broken stays as it was."""
        before, self._loaded = self._loaded, loaded
        current, wanted = self.theme, self._look.theme
        for name, theme in loaded.themes.items():
            self.register_theme(theme)
            was = before.themes.get(name)
            if name == current and was != theme:
                self._draw_theme()
        for name in before.themes.keys() - loaded.themes.keys() - {current}:
            self.unregister_theme(name)
        if current == FALLBACK and wanted in loaded.themes and wanted not in before.themes:
            self.theme = wanted
        news = [problem for problem in loaded.problems if problem not in before.problems]
        if news:
            # A whole path leaves no room for what is wrong.
            said = "; ".join(news).replace(f"{self._themes_folder}/", "")
            self._tell(f"not taken: {said}")

    def _draw_theme(self) -> None:
        """Draw everything in the present theme's colours, which are others now."""
        name = self.theme
        # Only a change of its name makes Textual look at a theme again.
        self.theme = next(other for other in self.available_themes if other != name)
        self.theme = name
        self._tell(f"theme {name}: read again")

    # --- how it ends ---------------------------------------------------------------------------

    def end(self, code: int) -> None:
        """End from outside: a signal, or the terminal is gone."""
        self.exit(code, return_code=code)

    def panic(self, *renderables: "RenderableType") -> None:
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
