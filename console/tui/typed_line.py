"""What is typed at the foot: a filter, or a command by name. Nothing acts from the filter."""

from typing import TYPE_CHECKING

from console.actions.command import CommandError, parse_command
from console.actions.forms import Args
from console.actions.registry import ACTIONS
from console.floor.views import Leg
from console.journal.filter import LEG_KEYS, Filter, FilterError, parse_filter
from console.tui.dialogs.matches import Match
from console.tui.words import status_word

if TYPE_CHECKING:
    from console.tui.screens.floor import FloorScreen

FILTER, COMMAND = "/", ":"


class TypedLine:
    """Opens the prompt of one screen and does what was entered."""

    def __init__(self, screen: "FloorScreen") -> None:
        self._screen = screen
        self.filter_text = ""
        """The filter in force; empty: everything is shown."""

    def open(self, action: str, args: Args) -> None:
        """Open the prompt for the registry's `filter` or `command`."""
        if action == "filter":
            if (text := args.get("text")) is not None:
                self.apply_filter(text)
                return
            fields = [
                Match(f"{name}:", f"{name} {key.how.value}…") for name, key in LEG_KEYS.items()
            ]
            self._screen.prompt.open(FILTER, self.filter_text, fields)
        else:
            words = [Match(each.command, each.help) for each in ACTIONS if each.id != "command"]
            self._screen.prompt.open(COMMAND, "", words)

    def typed(self, sign: str, text: str) -> None:
        """Show what the text does so far."""
        prompt = self._screen.prompt
        if sign == FILTER:
            try:
                self._show(parse_filter(text, LEG_KEYS), text)
            except FilterError as error:
                prompt.note(str(error), wrong=True)
                self._show(parse_filter(self.filter_text, LEG_KEYS), self.filter_text)
            else:
                prompt.note(f"{self._screen.calls.shown_legs} legs")
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
            wanted = parse_filter(text, LEG_KEYS)
        except FilterError as error:
            self._screen.prompt.note(str(error), wrong=True)
            self._screen.say(f"filter: {error}")
            return False
        self.filter_text = text.strip()
        self._show(wanted, self.filter_text)
        return True

    def _show(self, wanted: Filter, text: str) -> None:
        screen = self._screen
        if wanted:

            def passes(leg: Leg) -> bool:
                return leg_passes(wanted, leg, screen.name_of(leg))

            screen.filter(passes, text)
        else:
            screen.filter(None, "")

    def _close(self) -> None:
        self._screen.prompt.close()
        self._screen.calls.focus()


def leg_passes(wanted: Filter, leg: Leg, name: str) -> bool:
    """Return whether a leg passes; free text is looked for in its conversation's name too."""
    fields = {
        "leg": leg.uuid,
        "conversation": leg.conversation,
        "status": status_word(leg),
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
    }
    return wanted.matches(fields, name)
