"""Which shell command does what a key does: every desk action has one, made from the registry."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import click

from console.actions.command import ALSO
from console.actions.registry import ACTIONS, Action, Scope
from console.actions.target import TargetKind
from console.cli.group import LazyCommand

ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "leg.pad": "dtmf",
        "leg.listen": "listen-in",
        "application.webhooks": "application set",
        "application.point": "application set",
        "number.link": "numbers link",
        "number.unlink": "numbers unlink",
        "calls.view": "calls",
        "audit.view": "events",
        "webhook.view": "events",
        "webhook.open": "events",
        "webhook.verify": "webhook verify",
        "webhook.replay": "webhook replay",
        "webhook.edit": "webhook replay",
        "webhook.forward": "listen",
        "copy": "snippet",
        "webhook.ladder": "ladder",
        "figures.view": "calls",
        "sandbox.view": "sandbox",
        "recording.view": "recordings",
        "recording.fetch": "recordings",
        "reconcile": "reconcile",
        "recording.open": "recordings",
        "form.keep": "phrases",
        "form.forget": "phrases",
        "recording.ladder": "ladder",
        "application.view": "application list",
        "ladder": "ladder",
        "ladder.extended": "ladder",
        "ladder.related": "ladder",
        "ladder.export": "ladder",
        "filter": "calls",
        "filter.save": "filters",
        "filter.forget": "filters",
        "filter.name": "filters",
        "alert.list": "alerts",
        "alert.add": "alerts",
        "alert.forget": "alerts",
        "audit.ladder": "ladder",
        "ncco.view": "ncco check",
        "ncco.open": "ncco check",
        "ncco.next": "ncco check",
        "audit.open": "events",
        "refresh": "application list",
        "help": "--help",
    }
)
"""Actions whose command is not made here, or has another name: by id, what is typed."""

NONE_BECAUSE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "undo": "it takes back what an open console did; a command has its opposite: unmute,"
        " unearmuff, unhold, transfer",
        "redo": "it repeats what an open console took back; give the command again",
    }
)
"""Desk actions that no command can do, and why."""

SHORT: Final = 60
"""Characters of a help that fits its line in the list of commands."""

SCREEN_ONLY: Final = "it touches this screen only"
"""Why an action has no command."""

_SUBJECTS: Final = frozenset(
    {TargetKind.NONE, TargetKind.LEG, TargetKind.CONVERSATION, TargetKind.EITHER}
)
"""What the commands made here are done to."""

_HELP: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mute": "Mute a leg, so that nobody hears it.",
        "unmute": "Let a muted leg be heard again.",
        "earmuff": "Earmuff a leg, so that it hears nobody.",
        "unearmuff": "Let an earmuffed leg hear again.",
        "hold": "Put a leg on hold, alone with music or silence.",
        "unhold": "Bring a leg back from hold.",
        "subscribe": "Post each key that is pressed on a leg to a URL.",
        "unsubscribe": "End the subscription to the keys of a leg.",
        "hangup": "Hang up a leg, or all legs of a conversation.",
        "transfer": "Move a leg to a conversation, number, NCCO or URL.",
        "say": "Speak a text to a leg, once it is answered.",
        "stop": "Stop what is spoken or played to a leg.",
        "stream": "Play an audio file from a URL to a leg.",
        "dtmf": "Send digits to a leg; p is half a second's pause.",
        "faults": "Have webhooks come twice, swapped, late, unsigned, never.",
        "hangup-conversation": "Hang up all legs of a leg's conversation.",
    }
)
"""Where the words of a key would mislead (a command goes one way), or are too many."""


def words_of(action: Action) -> tuple[str, ...]:
    """Return the commands made for an action; nothing where another one does it, or none."""
    made = action.scope is Scope.DESK and action.target in _SUBJECTS
    if not made or action.id in ELSEWHERE or action.id in NONE_BECAUSE:
        return ()
    return (action.command, *(word for word, (of, _) in ALSO.items() if of == action.command))


def twin_of(action: Action) -> str | None:
    """Return what is typed in a shell for an action; None: it touches the screen only."""
    words = words_of(action)
    return ", ".join(words) if words else ELSEWHERE.get(action.id)


class Twin(LazyCommand):
    """A command that is made of an action when it is called."""

    def __init__(self, word: str, action: Action) -> None:
        super().__init__("console.cli.verb", _says(action, word))
        self.word, self.action = word, action

    def load(self) -> click.Command:
        """Make the command."""
        from console.cli.verb import verb_command

        command = verb_command(self.action, self.word, self.short_help)
        command.short_help = self.short_help
        return command


def twins() -> Mapping[str, LazyCommand]:
    """Return the commands made from the registry, in its order."""
    return {word: Twin(word, action) for action in ACTIONS for word in words_of(action)}


def _says(action: Action, word: str) -> str:
    """Return what a command does in one short sentence; where it has several parts, the first."""
    says = _HELP.get(word, action.help)
    if len(says) > SHORT:
        says = re.split("[;:,]", says)[0].rstrip(".") + "."
    return says
