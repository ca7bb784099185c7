"""What a person asked for with a shell verb."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.actions.forms import Args
from console.actions.registry import Action

STDIN: Final = "-"
"""Typed in place of a leg or a number: they come on standard input."""


class Wait(StrEnum):
    """How far an action has to come before the command ends."""

    ACCEPTED = "accepted"
    """The API answered 2xx."""
    PROVEN = "proven"
    """Something else than that answer shows it."""
    ANSWERED = "answered"
    """The new call is answered, and proven thereby."""
    COMPLETED = "completed"
    """The new call is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One verb on one subject or on many."""

    action: Action
    word: str
    """As it was typed: `unmute`."""
    subjects: tuple[str, ...]
    """What it is done to, as typed: legs, conversations, or numbers to call."""
    subject_field: str
    """The field that a subject fills; empty: it is a leg or a conversation."""
    args: Args
    wait: Wait
    timeout: float
    """Seconds."""
    event_url: str | None
    """Where the events of new calls go."""
    yes: bool
    as_json: bool
    many: bool
    """They came on standard input."""
    language: str = ""
    """Nothing is done: its requests are printed as a program in it."""
