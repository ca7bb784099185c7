"""What is typed at the foot: a filter, or a command by name. Nothing acts from the filter."""

from typing import TYPE_CHECKING

from console.actions.command import CommandError, parse_command
from console.actions.forms import Args
from console.journal.filter import FilterError
from console.tui.dialogs.matches import Match

if TYPE_CHECKING:
    from console.tui.screens.view_screen import ViewScreen

FILTER, COMMAND = "/", ":"


class TypedLine:
    """Opens the prompt of one screen and does what was entered."""

    def __init__(self, screen: "ViewScreen") -> None:
        self._screen = screen
        self.filter_text = ""
        """The filter in force; empty: everything is shown."""

    def open(self, action: str, args: Args) -> None:
        """Open the prompt for the registry's `filter` or `command`."""
        if action == "filter":
            if (text := args.get("text")) is not None:
                self.apply_filter(text)
                return
            self._screen.prompt.open(FILTER, self.filter_text, self._screen.filter_fields)
        else:
            words = [
                Match(each.command, each.help)
                for each in self._screen.actions
                if each.id != "command"
            ]
            self._screen.prompt.open(COMMAND, "", words)

    def typed(self, sign: str, text: str) -> None:
        """Show what the text does so far."""
        prompt = self._screen.prompt
        if sign == FILTER:
            try:
                prompt.note(self._screen.filter_by(text))
            except FilterError as error:
                prompt.note(str(error), wrong=True)
                self._screen.filter_by(self.filter_text)
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
            if self.apply_filter(text):
                self._close()
            return
        try:
            command = parse_command(text)
        except CommandError as error:
            screen.prompt.note(str(error), wrong=True)
            return
        self._close()
        screen.run_action_of(command.action, command.args)

    def left(self, sign: str) -> None:
        """Close without doing anything; a half-typed filter is forgotten."""
        if sign == FILTER:
            self.apply_filter(self.filter_text)
        self._close()

    def apply_filter(self, text: str) -> bool:
        """Put a filter in force; False: it cannot be understood, and the prompt says why."""
        try:
            self._screen.filter_by(text.strip())
        except FilterError as error:
            self._screen.prompt.note(str(error), wrong=True)
            self._screen.say(f"filter: {error}")
            return False
        self.filter_text = text.strip()
        return True

    def _close(self) -> None:
        self._screen.prompt.close()
        self._screen.home.focus()
