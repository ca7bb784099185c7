"""What the view of applications and numbers reads: the account, what was asked of it, a filter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from console.actions.account import Account
from console.actions.target import Target, TargetKind
from console.floor.fold import Floor
from console.floor.views import Attempt
from console.journal.filter import Filter
from console.journal.filter_fields import How, Key
from console.tui.account_facts import where
from console.voice.applications import Application
from console.voice.own_numbers import OwnNumber

ACCOUNT_KEYS: Final = MappingProxyType(
    {
        "what": Key(How.IS, "which list", frozenset({"application", "number"})),
        "name": Key(How.CONTAINS, "name of the application, or of the one it is linked to"),
        "id": Key(How.CONTAINS, "id of the application, or of the one it is linked to"),
        "url": Key(How.CONTAINS, "address of a webhook of the application"),
        "number": Key(How.CONTAINS, "the number"),
        "country": Key(How.IS, "country of the number"),
        "type": Key(How.CONTAINS, "kind of number"),
        "feature": Key(How.CONTAINS, "what the number can do"),
        "voice": Key(How.IS, "whether the application can call", frozenset({"yes", "no"})),
        "signed": Key(How.IS, "whether its webhooks are signed", frozenset({"yes", "no"})),
        "linked": Key(How.IS, "whether the number has an application", frozenset({"yes", "no"})),
        "forwards": Key(How.IS, "whether its calls go elsewhere", frozenset({"yes", "no"})),
    }
)
"""The fields of applications and numbers; one that a thing does not have is empty."""
_KINDS = (TargetKind.APPLICATION, TargetKind.NUMBER)

_NO_FIELDS: Final[Mapping[str, str | None]] = MappingProxyType(dict.fromkeys(ACCOUNT_KEYS))


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
        self._wanted = Filter()
        self._attempts: dict[tuple[str, str], list[Attempt]] = {}

    def filter(self, wanted: Filter) -> None:
        """Show only what passes."""
        self._wanted = wanted

    def values(self, key: str) -> Iterator[str | None]:
        """Yield the values that a field has (`ACCOUNT_KEYS`)."""
        state = self.account.state
        for application in state.applications:
            yield self._fields_of(application)[key]
        for number in state.numbers:
            yield self._fields_of_number(number)[key]

    def shown(self) -> Shown:
        """Return what passes, in order."""
        state = self.account.state
        return Shown(
            tuple(
                each.id
                for each in state.applications
                if self._wanted.matches(self._fields_of(each), self._of(each))
            ),
            tuple(
                each.msisdn
                for each in state.numbers
                if self._wanted.matches(self._fields_of_number(each), self._of_number(each))
            ),
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

    def _fields_of(self, application: Application) -> Mapping[str, str | None]:
        return {
            **_NO_FIELDS,
            "what": "application",
            "name": application.name,
            "id": application.id,
            "url": " ".join(hook.address for hook in application.hooks.values()),
            "voice": "yes" if application.voice else "no",
            "signed": "yes" if application.signed else "no",
        }

    def _fields_of_number(self, number: OwnNumber) -> Mapping[str, str | None]:
        return {
            **_NO_FIELDS,
            "what": "number",
            "name": self.linked_to(number),
            "id": number.app_id,
            "number": number.msisdn,
            "country": number.country,
            "type": number.type,
            "feature": " ".join(number.features),
            "linked": "yes" if number.app_id else "no",
            "forwards": "yes" if number.forwards else "no",
        }

    def _of(self, application: Application) -> str:
        hooks = " ".join(hook.address for hook in application.hooks.values())
        said = where(self.account, application)[0]
        return f"{application.name} {application.id} {hooks} {said}"

    def _of_number(self, number: OwnNumber) -> str:
        features = " ".join(number.features)
        linked = f"{self.linked_to(number)} {number.app_id} {number.callback_value}"
        return f"{number.msisdn} {number.country} {number.type} {features} {linked}"
