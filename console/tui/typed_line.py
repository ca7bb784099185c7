"""What is typed at the foot: a filter, or a command by name. Nothing acts from the filter."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from console.actions.command import CommandError, parse_command
from console.actions.filter_actions import FORGETS, SAVES
from console.actions.forms import Args
from console.actions.registry import BY_ID
from console.config.errors import ConfigError
from console.journal.filter import Filter, FilterError
from console.journal.filter_completion import completions
from console.text import clean
from console.tui.dialogs.matches import Match, fitting
from console.tui.filtering import Filtering, InForce, kept_filters
from console.tui.widgets.prompt import Offer

if TYPE_CHECKING:
    from console.tui.screens.view_screen import ViewScreen

FILTER, COMMAND = "/", ":"
_BEGUN: Final = re.compile(r"(?:^|[\s&|]+)[(!]*[a-z]+:$")
"""A field at the end, after its operator, with no value yet."""
_NOTHING: Final = InForce()


class TypedLine:
    """Opens the prompt of one screen and does what was entered."""

    def __init__(self, screen: "ViewScreen") -> None:
        self._screen = screen
        self._in_force: dict[str, InForce] = {}
        self._filtering: Filtering | None = None
        """What the open prompt filters."""
        self._shown: dict[str, Filter] = {}
        """What each list was told to show last."""

    # --- the filters in force ------------------------------------------------------------------

    @property
    def filter_text(self) -> str:
        """The filter in force in the view's own list; empty: everything is shown."""
        return self._in_force.get("", _NOTHING).text

    @property
    def filtered(self) -> bool:
        """Whether any filter is in force."""
        return any(each.text for each in self._in_force.values())

    def text_of(self, filtering: Filtering) -> str:
        """Return the filter in force in a list."""
        return self._in_force.get(filtering.word, _NOTHING).text

    def words(self) -> Sequence[str]:
        """Return what is in force, each with how much it shows; safe text."""
        said = []
        for filtering in self._screen.filterings:
            if text := self.text_of(filtering):
                word = f"{filtering.word} " if filtering.word else ""
                said.append(f"{word}/ {clean(text, limit=120)} · {filtering.count()}")
        return said

    def clear(self) -> bool:
        """Show everything again; False: no filter was in force."""
        if not self.filtered:
            return False
        for filtering in self._screen.filterings:
            if self.text_of(filtering):
                self.apply_filter("", filtering)
        return True

    def forget(self) -> None:
        """Take note that what is shown is another thing, without a filter."""
        self._in_force.clear()
        self._shown.clear()

    def _show(self, filtering: Filtering, wanted: Filter) -> None:
        if self._shown.get(filtering.word, _NOTHING.wanted) != wanted:
            self._shown[filtering.word] = wanted
            filtering.show(wanted)

    def apply_filter(self, text: str, filtering: Filtering | None = None) -> bool:
        """Put a filter in force; False: it cannot be understood, and the screen says why."""
        filtering = filtering or self._screen.filtering
        if filtering is None:
            self._screen.say("filter: there is nothing to filter here")
            return False
        text = text.strip()
        try:
            wanted = kept_filters(self._screen).parse(text, filtering.keys)
        except (FilterError, ConfigError) as error:
            self._tell(error)
            if not self._screen.prompt.sign:
                self._screen.say(f"filter: {error}")
            return False
        self._in_force[filtering.word] = InForce(text, wanted)
        self._show(filtering, wanted)
        self._screen.draw_edges()
        return True

    # --- the prompt ----------------------------------------------------------------------------

    def open(self, action: str, args: Args) -> None:
        """Open the prompt for the registry's `filter` or `command`."""
        if action != "filter":
            self._open_command("")
        elif (text := args.get("text")) is not None:
            if self.apply_filter(text):
                kept_filters(self._screen).remember(text.strip())
        elif (filtering := self._screen.filtering) is None:
            self._screen.say("filter: there is nothing to filter here")
        else:
            self._filtering = filtering
            self._screen.prompt.open(
                FILTER,
                self.text_of(filtering),
                self._complete,
                kept_filters(self._screen).typed,
            )
            self.count()

    def ask(self, command: str) -> None:
        """Open the command line for a command that wants a name."""
        self._open_command(f"{command} ")

    def _open_command(self, begun: str) -> None:
        self._screen.prompt.open(COMMAND, begun, self._commands)

    def _complete(self, typed: str, cursor: int) -> Sequence[Offer]:
        filtering = self._filtering
        if filtering is None:
            return ()
        found = completions(
            typed, cursor, filtering.keys, kept_filters(self._screen).names(), filtering.values
        )
        return [
            Offer(
                Match(each.text.rstrip(), each.note),
                each.put(typed, cursor),
                each.at + len(each.text),
            )
            for each in found
        ]

    def _commands(self, typed: str, cursor: int) -> Sequence[Offer]:
        begun = typed.lstrip()
        word, blank, rest = begun.partition(" ")
        if blank:
            if word not in (BY_ID[FORGETS].command, BY_ID[SAVES].command):
                return ()
            names = [Match(name, text) for name, text in kept_filters(self._screen).names().items()]
            found = fitting(rest, names)
            return [Offer(each, text := f"{word} {each.value}", len(text)) for each in found]
        words = [Match(each.command, each.help) for each in self._screen.actions]
        found = fitting(begun, [each for each in words if each.value != "command"])
        return [Offer(each, text := each.value + " ", len(text)) for each in found]

    def count(self) -> None:
        """Say how much passes, as long as the filter is typed."""
        prompt = self._screen.prompt
        if prompt.sign == FILTER and self._filtering is not None and not prompt.is_wrong:
            prompt.note(self._filtering.count())

    def typed(self, sign: str, text: str) -> None:
        """Show what the text does so far."""
        prompt = self._screen.prompt
        if sign != prompt.sign:
            return
        if sign == FILTER:
            filtering = self._filtering
            assert filtering is not None
            begun = _BEGUN.search(text)
            at = len(text) if begun is None else begun.start()
            goes_on = begun is not None and prompt.goes_on(at, len(text) - at)
            meant = text[:at] if goes_on else text
            try:
                wanted = kept_filters(self._screen).parse(meant, filtering.keys)
            except (FilterError, ConfigError) as error:
                if isinstance(error, FilterError) and prompt.goes_on(error.at, len(error.term)):
                    prompt.right()
                    prompt.note("…")
                    return
                self._tell(error)
                wanted = self._in_force.get(filtering.word, _NOTHING).wanted
            else:
                prompt.right()
            self._show(filtering, wanted)
            if goes_on:
                prompt.note("…")
            else:
                self.count()
            return
        try:
            command = parse_command(text)
        except CommandError as error:
            prompt.note(str(error) if " " in text.strip() else "", wrong=True)
        else:
            why = self._screen.reason(command.action)
            prompt.note(why or command.action.help, wrong=why is not None)

    def entered(self, sign: str, text: str) -> None:
        """Do what was entered; what cannot be understood stays to be corrected."""
        screen = self._screen
        if sign == FILTER:
            if self.apply_filter(text, self._filtering):
                kept_filters(screen).remember(text.strip())
                self._close()
            return
        try:
            command = parse_command(text)
        except CommandError as error:
            screen.prompt.note(str(error), wrong=True)
            return
        self._close()
        screen.run_action_of(command.action, command.args)

    def named(self, text: str) -> None:
        """Put the filter that is typed in force, and ask for the name to save it under."""
        if not text.strip():
            self._screen.prompt.note("type a filter first", wrong=True)
        elif self.apply_filter(text, self._filtering):
            kept_filters(self._screen).remember(text.strip())
            self._open_command(f"{BY_ID[SAVES].command} ")

    def left(self, sign: str) -> None:
        """Close without doing anything; a half-typed filter is forgotten."""
        if sign == FILTER and self._filtering is not None:
            in_force = self._in_force.get(self._filtering.word, _NOTHING)
            self._show(self._filtering, in_force.wanted)
        self._close()

    def _tell(self, error: Exception) -> None:
        prompt = self._screen.prompt
        if isinstance(error, FilterError):
            prompt.wrong_at(error.at, len(error.term), error.reason)
        else:
            prompt.note(str(error), wrong=True)

    def _close(self) -> None:
        filtering = self._filtering
        self._screen.prompt.close()
        pane = filtering.pane if filtering is not None else self._screen.home
        self._filtering = None
        (pane if pane.display else self._screen.home).focus()
        self._screen.draw_edges()

    # --- saved by name -------------------------------------------------------------------------

    def save(self, name: str) -> None:
        """Save the filter in force under a name; without one it is asked for."""
        screen = self._screen
        filtering = next((each for each in screen.filterings if self.text_of(each)), None)
        text = self.text_of(filtering) if filtering is not None else ""
        if not text:
            screen.say("save filter: no filter is in force; / sets one")
        elif not name:
            self._open_command(f"{BY_ID[SAVES].command} ")
        else:
            self._keep(name, text, f"saved: @{name} is {text}")

    def forget_saved(self, name: str) -> None:
        """Forget a saved filter; without a name it is asked for."""
        if name:
            self._keep(name, "", f"forgotten: @{name}")
        else:
            self._open_command(f"{BY_ID[FORGETS].command} ")

    def _keep(self, name: str, text: str, said: str) -> None:
        name = name.removeprefix("@")
        try:
            kept_filters(self._screen).save(name, text)
        except ConfigError as error:
            self._screen.say(f"not saved: {error}")
        else:
            self._screen.say(said.replace("@@", "@"))
