"""What was done from here, the newest above: how far each came, how long that took, and why."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.actions.undoing import REDOES, UNDOES
from console.floor.views import BATCH, Attempt, Stage
from console.text import clean
from console.tui import answer_words, words
from console.tui.cells import fit, fit_right, span
from console.tui.facts import clock_time
from console.tui.sorting import Column
from console.tui.widgets.list_head import Head
from console.tui.widgets.virtual_list import Piece, VirtualList

_CLOCK, _WHAT, _WHOM, _TOOK = 13, 13, 18, 8
_CAME, _GIVEN = 16, 30
_WIDE, _MIDDLE = 110, 90
_AT, _ACTION, _TARGET = Column("time"), Column("action"), Column("whom")
_LASTED, _STAGE = Column("took", down=True), Column("outcome", down=True)
_STAGES = (Stage.PROVEN, Stage.ACCEPTED, Stage.ASKED, Stage.FAILED)


class AttemptsPane(VirtualList):
    """One row for each attempt."""

    COLUMNS = (_AT, _ACTION, _TARGET, _LASTED, _STAGE)

    DEFAULT_CSS = """
    AttemptsPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr;
    }
    AttemptsPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """

    def __init__(self, whom: Callable[[Attempt], str]) -> None:
        """`whom` gives the address of what an attempt was aimed at; safe text."""
        super().__init__(id="attempts")
        self._whom = whom
        self._attempts: dict[str, Attempt] = {}
        self.border_title = "Audit"

    @property
    def selected(self) -> Attempt | None:
        """The attempt under the cursor."""
        return self._attempts.get(self.cursor or "")

    def show(self, attempts: Sequence[Attempt]) -> None:
        """Show attempts, given the oldest first."""
        self._attempts = {each.id: each for each in reversed(attempts)}
        self.replace(list(self._attempts))

    def value(self, key: str, column: Column) -> Any:
        """Return what a row is sorted by; the worst outcome is the largest."""
        attempt = self._attempts[key]
        if column is _AT:
            return attempt.asked_ms
        if column is _ACTION:
            return words.attempt_word(attempt)
        if column is _TARGET:
            return self._whom(attempt) or None
        return _STAGES.index(attempt.stage) if column is _STAGE else _took_ms(attempt)

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns."""
        whom, came, given, why = _cells(width)
        heads = (
            (_AT.title, _CLOCK, False),
            (_ACTION.title, _WHAT, False),
            (_TARGET.title, whom, False),
            (_LASTED.title, _TOOK - 2, True),
            ("", 2, False),
            (_STAGE.title, came, False),
            ("given", given, False),
            ("why", why, False),
        )
        return [head for head in heads if head[1]]

    def version(self, key: str) -> Hashable:
        """A row looks different when its attempt came further."""
        attempt = self._attempts[key]
        return (attempt.stage, attempt.reason, attempt.leg, attempt.undone_ms)

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return time, what, whom, how far it came, how long that took, and why not further."""
        attempt = self._attempts[key]
        style = self.meaning(words.attempt_meaning(attempt))
        whom, came, given, why = _cells(width)
        reason: str = clean(attempt.reason, limit=200)
        args = _Given(self._attempts).of(attempt)
        if not given:
            # One column for both: what stands in its way comes first.
            reason, args = "  ".join(part for part in (reason, args) if part), ""
        said = words.stage_words(attempt)
        if not why:
            said = f"{said}  {reason}".rstrip()
        return [
            (fit(clock_time(attempt.asked_ms), _CLOCK), self.meaning("muted")),
            (fit(words.attempt_word(attempt), _WHAT - 1) + " ", self.meaning("conversation")),
            (fit(self._whom(attempt), whom - 1) + " ", self.meaning("conversation")),
            (fit_right(_took(attempt), _TOOK - 2) + "  ", self.meaning("muted")),
            (fit(said, came), style),
            (fit(args, given - 2) + "  " if given else "", self.base),
            (fit(reason, why), style if attempt.stage is Stage.FAILED else self.meaning("muted")),
        ]


@dataclass(frozen=True, slots=True)
class _Given:
    """What an attempt was given, told with the other attempts at hand."""

    attempts: Mapping[str, Attempt]

    def of(self, attempt: Attempt) -> str:
        """Return the names and values."""
        given = {name: each for name, each in attempt.args.items() if each not in ("", None)}
        if attempt.leg is None and attempt.conversation is None:
            # It is the whom of the row.
            given.pop("to", None)
        if "kind" in given and "value" in given:
            # `conversation billing`, not `kind conversation  value billing`.
            given = {str(given.pop("kind")): given.pop("value"), **given}
        return "  ".join(
            f"{clean(name, limit=20)} {self._value(name, value)}"
            for name, value in given.items()
            if name not in ("want", BATCH)
        )

    def _value(self, name: str, value: object) -> str:
        before = self.attempts.get(str(value)) if name in (UNDOES, REDOES) else None
        if before is None:
            return clean(value, limit=40)
        return f"{words.attempt_word(before)} of {clock_time(before.asked_ms)[:8]}"


def _took_ms(attempt: Attempt) -> int | None:
    """Return how long it took to what it came to; None: it has come to nothing yet."""
    done = {
        Stage.PROVEN: attempt.proven_ms,
        Stage.ACCEPTED: attempt.accepted_ms,
        Stage.FAILED: attempt.failed_ms,
        Stage.ASKED: None,
    }[attempt.stage]
    return None if done is None else max(done - attempt.asked_ms, 0)


def _took(attempt: Attempt) -> str:
    ms = _took_ms(attempt)
    if ms is None:
        return "…"
    return answer_words.length(ms) if ms < 60_000 else span(ms / 1_000)


def _cells(width: int) -> tuple[int, int, int, int]:
    """Return the cells of whom, of how far it came, of what was given, and of why no further.

    Where there is no room for columns all stands in the second one.
    """
    whom = _WHOM if width < _WIDE else _WHOM + 5
    rest = max(width - _CLOCK - _WHAT - whom - _TOOK, 0)
    if width < _MIDDLE:
        return whom, rest, 0, 0
    given = max(_GIVEN, (rest - _CAME) * 2 // 5) if width >= _WIDE else 0
    return whom, _CAME, given, rest - _CAME - given
