"""The two lists of the account: its applications, its numbers."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final

from rich.style import Style

from console.actions.target import Target
from console.floor.views import Attempt, Stage
from console.tui import words
from console.tui.account_facts import forwarding, where
from console.tui.account_source import AccountSource
from console.tui.cells import fit, fit_right, shown
from console.tui.sorting import Column
from console.tui.widgets.list_head import Head
from console.tui.widgets.virtual_list import Piece, VirtualList
from console.voice.numbers import display

_MARK: Final = 2
_LINKED: Final = 7
_AFTER: Final = 2
"""Cells between a number and what stands behind it."""
_NUMBER, _COUNTRY, _TYPE, _FEATURES = 18, 3, 19, 14
_NAME, _COUNT, _GOES = Column("name"), Column("numbers", down=True), Column("webhooks")
_MSISDN, _LAND, _CAN = Column("number"), Column("country"), Column("features")
_TO = Column("linked to")


class AccountPane(VirtualList):
    """A list of things of the account; what was asked of one stands at its end."""

    HEAD_STAYS = True

    DEFAULT_CSS = """
    AccountPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr;
    }
    AccountPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """

    def __init__(
        self,
        source: AccountSource,
        aim: Callable[[str], Target],
        now_ms: Callable[[], int],
        *,
        id: str,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self.source = source
        self._aim = aim
        self._now_ms = now_ms

    @property
    def target(self) -> Target | None:
        """What is under the cursor."""
        return self._aim(self.cursor) if self.cursor is not None else None

    def latest(self, key: str) -> Attempt | None:
        """Return what was asked last of a row, unless it was proven long ago."""
        return words.latest(self.source.attempts(self._aim(key)), self._now_ms())

    def lane(self, attempt: Attempt | None, rest: str, width: int) -> list[Piece]:
        """Return what was asked last, or else the rest of what is known."""
        if attempt is None:
            return [(shown(rest, width), self.meaning("muted"))]
        style = self.meaning(words.STAGE_MEANING[attempt.stage])
        bold = Style(bold=attempt.stage is Stage.FAILED)
        return [(fit(words.lane(attempt), width), style + bold)]


class ApplicationsPane(AccountPane):
    """Name, how many numbers, where its webhooks go."""

    COLUMNS = (_NAME, _COUNT, _GOES)

    def value(self, key: str, column: Column) -> Any:
        """Return what a row is sorted by."""
        account = self.source.account
        application = account.application(key)
        if application is None:
            return None
        if column is _NAME:
            return application.name.casefold() or None
        if column is _COUNT:
            return self._numbers(key)
        return where(account, application)[0]

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns."""
        name, goes = self._cells(width)
        return (
            ("", _MARK, False),
            (_NAME.title, name, False),
            (_COUNT.title, _LINKED, True),
            ("", _AFTER, False),
            (_GOES.title, goes, False),
            ("region, signature", max(width - _MARK - name - _LINKED - _AFTER - goes, 0), False),
        )

    def _numbers(self, key: str) -> int:
        return sum(each.app_id == key for each in self.source.account.state.numbers)

    @staticmethod
    def _cells(width: int) -> tuple[int, int]:
        """Return the cells of the name, and of where its webhooks go."""
        return min(max(width // 4, 16), 36), min(max(width // 3, 22), 48)

    def version(self, key: str) -> Hashable:
        """Return what a row is drawn from."""
        account = self.source.account
        return account.application(key), account.state.numbers, self.latest(key)

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return one row."""
        account = self.source.account
        application = account.application(key)
        if application is None:
            return []
        own = application.id == account.own_id
        name, goes = self._cells(width)
        numbers = self._numbers(key)
        said, meaning = where(account, application)
        muted = self.meaning("muted")
        style = self.meaning("conversation") + Style(bold=True) if own else Style()
        rest = " ".join(
            [
                application.region or "any region",
                "signed" if application.signed else "unsigned",
                *application.others,
            ]
        )
        room = width - _MARK - name - _LINKED - _AFTER - goes
        return [
            ("● " if own else "  ", self.meaning("proven")),
            (shown(application.name or "no name", name), style),
            (fit_right(str(numbers), _LINKED), muted),
            (" " * _AFTER, muted),
            (
                fit(f"{'·' if meaning == 'muted' else '→'} {said}", goes - 1) + " ",
                self.meaning(meaning),
            ),
            *self.lane(self.latest(key), rest if application.voice else "", max(room, 0)),
        ]


class NumbersPane(AccountPane):
    """Number, country, what it can do, what it is linked to."""

    COLUMNS = (_MSISDN, _LAND, _CAN, _TO)

    def value(self, key: str, column: Column) -> Any:
        """Return what a row is sorted by."""
        number = self.source.account.number(key)
        if number is None:
            return None
        if column is _MSISDN:
            return number.msisdn
        if column is _LAND:
            return number.country or None
        if column is _CAN:
            return " ".join(number.features) or None
        return self.source.linked_to(number).casefold() if number.app_id else None

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns."""
        kind, goes = self._cells(width)
        return (
            (_MSISDN.title, _NUMBER + 1, False),
            (_LAND.title if kind else "in", _COUNTRY + kind, False),
            (_CAN.title, _FEATURES, False),
            (_TO.title, goes, False),
        )

    @staticmethod
    def _cells(width: int) -> tuple[int, int]:
        """Return the cells of the type, and of what it is linked to."""
        return (_TYPE if width >= 100 else 0), min(max(width // 3, 24), 48)

    def version(self, key: str) -> Hashable:
        """Return what a row is drawn from."""
        account = self.source.account
        return account.number(key), account.state.applications, self.latest(key)

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return one row."""
        number = self.source.account.number(key)
        if number is None:
            return []
        muted = self.meaning("muted")
        kind, goes = self._cells(width)
        room = width - _NUMBER - 1 - _COUNTRY - kind - _FEATURES - goes
        if number.forwards:
            said, meaning = f"→ {forwarding(number)}", "asked"
        elif number.app_id:
            said, meaning = f"→ {self.source.linked_to(number)}", "proven"
        else:
            said, meaning = "· not linked", "muted"
        features = " ".join(number.features)
        return [
            (shown(display(number.msisdn), _NUMBER) + " ", Style()),
            (shown(number.country, _COUNTRY), muted),
            (shown(number.type, kind), muted),
            (shown(features, _FEATURES), muted),
            (shown(said, goes - 1) + " ", self.meaning(meaning)),
            *self.lane(self.latest(key), "", max(room, 0)),
        ]
