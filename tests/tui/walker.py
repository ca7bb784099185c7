"""Presses keys one after another, and looks after each whether anything went where it must not."""

import string
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rich.cells import cell_len
from textual.command import CommandPalette
from textual.keys import _character_to_key
from textual.widgets import Input, TextArea

from console.actions.forms import FORMS
from console.actions.registry import BY_ID, Action, Scope, for_key
from console.actions.target import TargetKind
from console.config.context import Confirm
from console.tui.dialogs.dialog import Dialog
from console.tui.dialogs.form import FormDialog
from console.tui.dialogs.pad import Pad
from console.tui.dialogs.question import Options
from console.tui.screens.floor import FloorScreen
from console.tui.screens.view_screen import ViewScreen
from tests.tui.screen import Shown, press_together

_PRINTABLE = tuple(string.ascii_letters + string.digits + string.punctuation + " ")
_NAMED = (
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end"),
    *("pageup", "pagedown", "backspace", "delete", "insert", "ctrl+@", "ctrl+home", "ctrl+end"),
    *("ctrl+backslash", "ctrl+right_square_bracket", "ctrl+circumflex_accent", "ctrl+underscore"),
    *("ctrl+up", "ctrl+down", "ctrl+left", "ctrl+right", "shift+up", "shift+down", "shift+left"),
    *("shift+right", *(f"f{number}" for number in range(1, 13))),
)
KEYS: Final = (
    *_PRINTABLE,
    *_NAMED,
    # ctrl+i and ctrl+m are tab and enter on a terminal.
    *(f"ctrl+{letter}" for letter in string.ascii_lowercase if letter not in "im"),
)
"""The whole keyboard, as terminals send it."""

ENDS_OR_LOSES: Final = frozenset(
    {
        *("leg.hangup", "conversation.hangup", "sandbox.reset", "application.webhooks"),
        *("application.point", "number.link", "number.unlink"),
    }
)
"""What must be asked about, whatever the registry says of it."""

FILLED: Final = frozenset({"sandbox.default", "webhook.forward"})
"""What is under the cursor fills their forms, which are not shown then."""

ANYTHING: Final = None
_LEAVES = "l"
"""Answers the question whether what is not saved may be lost."""
_MOST_ESCAPES = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Equal wherever the same keys do the same."""

    view: str
    what: str
    """What is on top: a screen, a form, or the title of a question."""
    focus: str
    line: str
    able: frozenset[str]
    """What can be done."""
    marks: tuple[bool, ...]


class Walker:
    """A person who presses any key anywhere."""

    def __init__(self, seen: Shown) -> None:
        self.seen = seen
        self.pressed: list[str] = []
        """Since the last time it was at home."""
        self.quits = 0
        self.everything_started: list[str] = []
        """Everything that was ever sent while it walked."""
        seen.app.exit = self._quit  # type: ignore[method-assign]  # it is to go on

    def _quit(self, *_: object, **__: object) -> None:
        self.quits += 1

    @property
    def view(self) -> ViewScreen:
        """What is shown, perhaps behind a dialog."""
        return self.seen.app.views.screen(self.seen.app.views.here)

    def place(self) -> Place:
        """Where one is."""
        app, view = self.seen.app, self.view
        top = app.screen
        what = type(top).__name__
        if isinstance(top, FormDialog):
            what = top._form.name
        elif isinstance(top, Dialog):
            what = top._title.partition(" · ")[0]
        able: frozenset[str] = frozenset()
        if isinstance(top, ViewScreen):
            able = frozenset(each.id for each in view.actions if view.reason(each) is None)
        marked = isinstance(view, FloorScreen) and bool(view.marks)
        return Place(
            view=app.views.here,
            what=what,
            focus=self.focus,
            line=view.prompt.sign,
            able=able,
            marks=(bool(view.depth), view.held is not None, marked, view.time is not None),
        )

    @property
    def focus(self) -> str:
        focused = self.seen.app.focused
        return f"{type(focused).__name__}#{focused.id}" if focused is not None else ""

    @property
    def told(self) -> str:
        return f"after {' '.join(self.pressed)!r} in\n{self.seen.text}"

    def may_start(self, key: str) -> Collection[str] | None:
        """Ids of what this key alone may send here; `ANYTHING` where it answers a dialog."""
        top = self.seen.app.screen
        answers = key == "enter"
        if isinstance(top, CommandPalette):
            return [id_ for id_ in BY_ID if answers and sends_at_once(BY_ID[id_])]
        if not isinstance(top, ViewScreen):
            if isinstance(top, Pad):
                return ["leg.pad"] if key in "0123456789*#p" else []
            for options in top.query(Options).results(Options):
                if not options.display:
                    return []
                if answers:
                    marked = options.options[options.place]
                    return [] if marked.dangerous and not self._moved else ANYTHING
                return ANYTHING if any(key in each.letters for each in options.options) else []
            return ANYTHING if answers or key in ("ctrl+s", "f2") else []
        if top.prompt.sign or isinstance(top.focused, Input | TextArea):
            return []
        action = for_key(key, top.VIEW)
        aimed = action is not None and action.target is not TargetKind.NONE
        if action is None or (isinstance(top, FloorScreen) and top.marks and aimed):
            return []
        return [action.id] if sends_at_once(action) or self._unasked else []

    @property
    def _unasked(self) -> bool:
        """Whether the user wants to be asked nothing: a key sends what it is for."""
        return self.seen.desk.context.confirm is Confirm.NEVER

    @property
    def _moved(self) -> bool:
        return any(key in ("j", "k", "up", "down") for key in self.pressed[-4:])

    async def press(self, key: str) -> None:
        """Press a key; everything that must hold is looked at."""
        app, started = self.seen.app, self.seen.desk.performer.started
        top, sign, here = app.screen, self.view.prompt.sign, app.views.here
        before, allowed = len(started), self.may_start(key)
        self.pressed.append(key)
        await press_together(self.seen, key)
        if app.failure is not None:
            raise AssertionError(self.told) from app.failure
        new = [action for action, _, _ in started[before:]]
        self.everything_started += new
        if allowed is not ANYTHING:
            assert set(new) <= set(allowed), f"{new} {self.told}"
        if isinstance(top, ViewScreen) and not self._unasked:
            assert not ENDS_OR_LOSES.intersection(new), f"{new} {self.told}"
        if sign == "/" and key not in ("enter", "escape"):
            # The filter is given a name in the command line.
            names = key == "ctrl+s" and self.view.prompt.sign == ":"
            stays = (app.screen, app.views.here, self.view.prompt.sign)
            assert stays == (top, here, ":" if names else "/"), self.told

    def idle(self, keys: Iterable[str]) -> list[str]:
        """Those of some keys that are a text here, or that nothing is bound to."""
        top = self.seen.app.screen
        if isinstance(top, Pad):
            return []
        focused = top.focused
        writes = isinstance(focused, Input | TextArea) and not getattr(focused, "read_only", False)
        if writes:
            return [key for key in keys if key in _PRINTABLE]
        bound = set(top.active_bindings)
        for options in top.query(Options).results(Options):
            bound.update(letter for each in options.options for letter in each.letters)
        search = isinstance(top, ViewScreen) and top.search.is_on
        free = [key for key in keys if not bound & {key, _name(key)} and key not in _NAMED]
        return [] if search else free

    async def press_idle(self, keys: Sequence[str]) -> bool:
        """Press keys in one burst; nothing may be sent. False: one is somewhere else now."""
        started, here = self.seen.desk.performer.started, self.place()
        before = len(started)
        self.pressed += keys
        await press_together(self.seen, *keys)
        if self.seen.app.failure is not None:
            raise AssertionError(self.told) from self.seen.app.failure
        assert len(started) == before, f"{started[before:]} {self.told}"
        now = self.place()
        # What is typed in a filter leaves other rows, and with them others of what can be done.
        return replace(now, able=here.able) == here

    def drawn(self) -> None:
        """The whole screen is drawn, each line to its last cell."""
        lines, size = self.seen.lines, self.seen.app.size
        assert len(lines) == size.height, self.told
        for line in lines:
            assert cell_len(line) == size.width, f"{line!r} {self.told}"

    @property
    def at_home(self) -> bool:
        view = self.seen.app.floor_screen
        return (
            self.seen.app.screen is view
            and not (view.prompt.sign or view.depth or view.marks or view.time)
            and view.held is None
            and view.focused is view.home
        )

    async def home(self) -> None:
        """Press Esc until one is where one started; it always leads there."""
        for _ in range(_MOST_ESCAPES):
            if self.at_home:
                break
            top = self.seen.app.screen
            unsaved = isinstance(top, Dialog) and top._title.startswith("Leave")
            await self.press(_LEAVES if unsaved else "escape")
        assert self.at_home, self.told
        # A filter is left by this one, and what was said.
        await press_together(self.seen, "escape")
        self.drawn()
        self.pressed.clear()
        self.seen.desk.performer.started.clear()
        self.seen.scene.clock.tick(0.4)

    async def go(self, keys: Sequence[str]) -> None:
        """Press the keys of a way."""
        for key in keys:
            await self.press(key)
            self.seen.scene.clock.tick(0.4)


def _name(key: str) -> str:
    return _character_to_key(key) if len(key) == 1 else key


def sends_at_once(action: Action) -> bool:
    """Whether the registry lets it be sent by its key alone."""
    at_once = action.form is None or FORMS[action.form].at_once or action.id in FILLED
    return action.scope is Scope.DESK and not action.dangerous and at_once
