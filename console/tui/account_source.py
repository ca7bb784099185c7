"""What the view of applications and numbers reads: the account, what was asked of it, a filter."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.actions.account import Account
from console.actions.target import Target, TargetKind
from console.floor.fold import Floor
from console.floor.views import Attempt
from console.tui.account_facts import where
from console.voice.applications import Application
from console.voice.own_numbers import OwnNumber

_KINDS = (TargetKind.APPLICATION, TargetKind.NUMBER)


@dataclass(frozen=True, slots=True)
class Shown:
    """What passes the filter, as ids."""

    applications: tuple[str, ...]
    numbers: tuple[str, ...]


class AccountSource:
    """Reads one account; asks nothing."""

    def __init__(self, account: Account, floor: Floor) -> None:
        self.account = account
        self._floor = floor
        self._words: tuple[str, ...] = ()
        self._attempts: dict[tuple[str, str], list[Attempt]] = {}

    def filter(self, text: str) -> None:
        """Show only what has every word of `text` in it."""
        self._words = tuple(text.casefold().split())

    def shown(self) -> Shown:
        """Return what passes, in order."""
        state = self.account.state
        return Shown(
            tuple(each.id for each in state.applications if self._passes(self._of(each))),
            tuple(each.msisdn for each in state.numbers if self._passes(self._of_number(each))),
        )

    def note_attempts(self) -> None:
        """Sort what was asked of the account by what it was asked of."""
        self._attempts = {}
        for attempt in self._floor.attempts():
            for kind in _KINDS:
                if isinstance(id_ := attempt.args.get(kind.value), str) and attempt.action in (
                    f"{kind.value}.{verb}" for verb in ("webhooks", "point", "link", "unlink")
                ):
                    self._attempts.setdefault((kind.value, id_), []).append(attempt)

    def attempts(self, target: Target) -> Sequence[Attempt]:
        """Return what was asked of an application or number, the oldest first."""
        return self._attempts.get((target.kind.value, target.id), ())

    def linked_to(self, number: OwnNumber) -> str:
        """Return the name of a number's application; its id where it is not known."""
        known = self.account.application(number.app_id)
        return known.name if known is not None and known.name else number.app_id

    def _passes(self, text: str) -> bool:
        return all(word in text for word in self._words)

    def _of(self, application: Application) -> str:
        hooks = " ".join(hook.address for hook in application.hooks.values())
        said = where(self.account, application)[0]
        return f"{application.name} {application.id} {hooks} {said}".casefold()

    def _of_number(self, number: OwnNumber) -> str:
        features = " ".join(number.features)
        linked = f"{self.linked_to(number)} {number.app_id} {number.callback_value}"
        return f"{number.msisdn} {number.country} {number.type} {features} {linked}".casefold()
