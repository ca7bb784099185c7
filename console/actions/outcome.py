"""What became of an action, and why one came to nothing."""

from dataclasses import dataclass

from console.floor.views import Stage

__all__ = ["ActionError", "Outcome", "Stage", "Waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one action when `Performer.perform` returned."""

    attempt: str
    """Id of the action: `exchange` of its `action.asked`, `cause` of what it sent."""
    action: str
    stage: Stage
    """`accepted`, `proven` or `failed`."""
    reason: str = ""
    """Why it failed, or what is not known, as one sentence."""
    leg: str | None = None
    """The leg it is about; of a new call the new leg."""
    conversation: str | None = None
    error: Exception | None = None
    """What `console.client` or the journal raised, where that was the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A text that is said when its leg answers; `Performer.cancel(attempt)` takes it back."""

    attempt: str
    action: str
    leg: str
    text: str
    asked_at: int
    """Unix nanoseconds."""


class ActionError(Exception):
    """An action came to nothing; the text is the reason for people."""

    def __init__(self, reason: str, error: Exception | None = None) -> None:
        super().__init__(reason)
        self.error = error
