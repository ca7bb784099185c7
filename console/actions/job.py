"""A job: one action that is ready to be sent, and what it came to."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.actions.sending import Sending


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What the requests came to."""

    leg: str | None = None
    conversation: str | None = None
    look: tuple[str, ...] = ()
    """Legs at which the proof is to be looked for."""
    failed: str = ""
    """What was not reached of several, as one sentence."""
    said: str = ""
    """What came out, of what is asked for no other reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One action, ready to be sent."""

    run: Callable[[str], Awaitable[Done]]
    """Takes the attempt's id; raises VoiceError, JournalError or ActionError."""
    args: Mapping[str, str] = field(default_factory=dict)
    """What is written down of it."""
    leg: str | None = None
    conversation: str | None = None
    in_turn: bool = True
    """Waits for earlier actions on the same leg; a hang-up does not."""
    lane: str = ""
    """Waits only for those of the same lane: a mute for mutes, not for a talk that hangs."""
    sends: tuple[Sending, ...] = ()
    """The requests it makes, for who wants to see them first."""
    on_answer: str | None = None
    """The text that waits while the leg is not answered."""
    then: Callable[[str, str], Coroutine[Any, Any, bool]] | None = None
    """What goes on in the background once it is done; takes the new leg and the attempt's id."""
