"""The two lists of a sandbox: its numbers with their behaviours, its last webhooks."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from console.actions.sandbox_page import PageState
from console.client.sandbox_stage import Try
from console.text import clean
from console.tui.cells import fit, fit_right, shown
from console.tui.sandbox_facts import DEFAULT, DEFAULT_WORDS, behaviour_words
from console.tui.sorting import Column
from console.tui.widgets.list_head import Head
from console.tui.widgets.virtual_list import Piece, VirtualList
from console.voice.numbers import display

_NUMBER, _OURS = 18, 6
_CLOCK, _METHOD, _STATUS, _TIME, _PURPOSE = 13, 5, 6, 4, 10
_NARROW = 70
"""Below this width a row has no room for the method, which is nearly always the same."""
_TIGHT, _TIGHT_CLOCK = 50, 9
"""Below this width a time is told to the second: where it went to, or why not, is worth more."""
_DIGITS, _OWN, _DOES = Column("number"), Column("ours"), Column("behaviour")
_AT, _WHAT, _NTH = Column("time"), Column("purpose"), Column("try", down=True)
_CODE = Column("status", down=True)


class _SandboxList(VirtualList):
    HEAD_STAYS = True

    DEFAULT_CSS = """
    _SandboxList {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr;
    }
    _SandboxList:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """


class StageNumbersPane(_SandboxList):
    """Our own numbers, and every destination whose behaviour was set."""

    COLUMNS = (_DIGITS, _OWN, _DOES)

    def __init__(self) -> None:
        super().__init__(id="stage-numbers")
        self._ours: frozenset[str] = frozenset()
        self._set: Mapping[str, Mapping[str, Any]] = {}
        self.border_title = "Numbers"

    def show(self, state: PageState) -> None:
        """Show the numbers of a sandbox."""
        stage = state.stage
        if stage is None:
            return
        self._ours, self._set = frozenset(stage.numbers), stage.behaviours
        keys = [*sorted(self._set), *(n for n in stage.numbers if n not in self._set)]
        if keys != list(self.given) or self.order.by is not None:
            self.replace(keys)
        self.touch()

    def value(self, key: str, column: Column) -> Any:
        """Return what a row is sorted by."""
        if column is _DIGITS:
            return key
        if column is _OWN:
            return key not in self._ours
        return behaviour_words(self._set[key]) if key in self._set else None

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns."""
        rest = max(width - _NUMBER - _OURS, 0)
        return (
            (_DIGITS.title, _NUMBER, False),
            (_OWN.title, _OURS, False),
            (_DOES.title, rest, False),
        )

    def is_set(self, number: str) -> bool:
        """Tell whether a number does something else than the others."""
        return number in self._set

    def is_ours(self, number: str) -> bool:
        """Tell whether a number is one of the sandbox's application."""
        return number in self._ours

    def behaviour(self, number: str) -> Mapping[str, Any]:
        """Return what was set for a number."""
        return self._set.get(number, {})

    def version(self, key: str) -> Hashable:
        """A row looks different when its behaviour is set."""
        return behaviour_words(self._set.get(key)), key in self._ours

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return one row."""
        muted, told = self.meaning("muted"), self._set.get(key)
        room = max(width - _NUMBER - _OURS, 0)
        said = DEFAULT_WORDS if room >= len(DEFAULT_WORDS) else DEFAULT
        if told is not None:
            said = behaviour_words(told)
        look = self.meaning("conversation") if told is not None else muted
        return [
            (shown(display(key), _NUMBER - 1) + " ", self.meaning("conversation")),
            (fit("ours" if key in self._ours else "", _OURS), muted),
            (fit(said, room), look),
        ]


class TriesPane(_SandboxList):
    """The last attempts to deliver webhooks, the newest above."""

    COLUMNS = (_AT, _WHAT, _NTH, _CODE)

    def value(self, key: str, column: Column) -> Any:
        """Return what a row is sorted by."""
        each = self._tries[key]
        if column is _AT:
            return each.time
        if column is _WHAT:
            return each.purpose
        return each.attempt if column is _NTH else each.status

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns."""
        clock, method, rest = self._cells(width)
        return (
            (_AT.title, clock + method, False),
            (_WHAT.title, _PURPOSE, False),
            (_NTH.title, _TIME, False),
            (_CODE.title, _STATUS, True),
            ("", 2, False),
            ("where to", rest, False),
        )

    @staticmethod
    def _cells(width: int) -> tuple[int, int, int]:
        """Return the cells of the time, of the method, and of the address."""
        method = _METHOD if width >= _NARROW else 0
        clock = _CLOCK if width >= _TIGHT else _TIGHT_CLOCK
        return clock, method, max(width - clock - method - _PURPOSE - _TIME - _STATUS - 2, 0)

    def __init__(self) -> None:
        super().__init__(id="tries")
        self._tries: dict[str, Try] = {}
        self.border_title = "Webhooks sent"

    def show(self, state: PageState) -> None:
        """Show attempts."""
        found: dict[str, Try] = {}
        for each in state.tries:
            key = f"{each.time} {each.leg} {each.purpose} {each.attempt} {each.url}"
            while key in found:
                key += "+"
            found[key] = each
        if found != self._tries:
            self._tries = found
            self.replace(list(reversed(found)))

    def version(self, key: str) -> Hashable:
        """A row looks different when its answer came."""
        each = self._tries[key]
        return each.status, each.reason

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return one row."""
        each, muted = self._tries[key], self.meaning("muted")
        ok = each.status is not None and 200 <= each.status < 300
        clock, method, room = self._cells(width)
        said = each.reason or (each.url if method else _path(each.url))
        status = "…" if each.status is None and not each.reason else str(each.status or "✗")
        look = self.meaning(
            "proven" if ok else "refused" if each.reason or each.status else "asked"
        )
        return [
            (fit(clean(each.time[11:23], limit=12)[: clock - 1], clock), muted),
            (shown(each.method, method), muted),
            (shown(each.purpose, _PURPOSE), self.meaning("conversation")),
            (fit(f"#{each.attempt}", _TIME), muted),
            (fit_right(status, _STATUS) + "  ", look),
            (shown(said, room), self.meaning("refused") if each.reason else muted),
        ]


def _path(url: str) -> str:
    """Return what of a webhook's address tells one from another where there is little room."""
    rest = url.partition("://")[2].partition("/")
    return "/" + rest[2] if rest[1] else url
