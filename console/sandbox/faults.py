"""Faults in the delivery of webhooks and of the API, drawn by a seed (sandbox-control.md)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any, Final

from console.sandbox.api_faults import ApiFault, ApiFaultDice, read_api_faults
from console.voice.defects import Defect, Fields
from console.voice.limits import Range

_SHARE: Final = Range(0.0, 1.0)
_LONGEST_DELAY_MS: Final = 3_600_000


class FaultError(ValueError):
    """A body of `POST /sandbox/faults` that cannot be used; `defects` says why."""

    def __init__(self, defects: list[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(map(str, defects)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Shares from 0 to 1 of the webhook attempts that go wrong, and a delay for all of them."""

    duplicate: float = 0.0
    """Sent twice at once, each with a token of its own; the first answer counts."""
    swap: float = 0.0
    """Sent after the next webhook of the same leg."""
    drop: float = 0.0
    """Never sent. An event is lost; what asks for an NCCO fails as a closed connection does."""
    delay_ms: int = 0
    """Sent so much later, in sandbox time."""
    unsigned: float = 0.0
    """Sent without its token."""
    seed: int = 1
    api: tuple[ApiFault, ...] = ()
    """Rules for requests of the API; webhooks are not concerned."""

    def to_wire(self) -> dict[str, Any]:
        """Return the body that says the same."""
        return asdict(self) | {"api": [rule.to_wire() for rule in self.api]}


NO_FAULTS: Final = Faults()


def parse_faults(value: object) -> Faults:
    """Return the faults that a decoded body asks for; what it leaves out is off.

    Raises:
        FaultError: With every field that is wrong.
    """
    if not isinstance(value, Mapping):
        raise FaultError([Defect("body", "must be a JSON object")])
    fields = Fields(value, "", [])
    shares = {name: fields.number(name, _SHARE) for name in _SHARES}
    delay = fields.integer("delay_ms", Range(0, _LONGEST_DELAY_MS))
    seed = fields.integer("seed", None)
    rules = read_api_faults(fields)
    for name in value:
        if name not in _SHARES and name not in ("delay_ms", "seed", "api"):
            fields.fail(str(name), "is not a fault")
    if fields.defects:
        raise FaultError(fields.defects)
    given = {name: share for name, share in shares.items() if share is not None}
    seed = 1 if seed is None else seed
    return Faults(**given, delay_ms=delay or 0, seed=seed, api=rules)


_SHARES: Final = ("duplicate", "swap", "drop", "unsigned")


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one attempt."""

    duplicate: bool = False
    swap: bool = False
    drop: bool = False
    unsigned: bool = False
    delay_ms: int = 0


_UNHARMED: Final = Fate()


class FaultDice:
    """Draws the fate of each attempt, in the order in which they are made."""

    def __init__(self, faults: Faults = NO_FAULTS) -> None:
        self.set(faults)

    @property
    def faults(self) -> Faults:
        """What is drawn from; rules of the API that are over are gone."""
        return replace(self._faults, api=self._api.rules)

    def set(self, faults: Faults) -> None:
        """Use other faults from now on, from the beginning of their seed."""
        self._faults = faults
        self._random = Random(faults.seed)
        self._api = ApiFaultDice(faults.api, faults.seed)

    def api_fault(self, method: str, path: str) -> ApiFault | None:
        """Return the rule that strikes the next request of the API, None where none does."""
        return self._api.draw(method, path)

    def draw(self) -> Fate:
        """Return the fate of the next attempt."""
        faults = self._faults
        if faults == NO_FAULTS:
            return _UNHARMED
        # One number for each, whatever the shares: a share that changes moves no other fault.
        duplicate, swap, drop, unsigned = (self._random.random() for _ in range(4))
        return Fate(
            duplicate=duplicate < faults.duplicate,
            swap=swap < faults.swap,
            drop=drop < faults.drop,
            unsigned=unsigned < faults.unsigned,
            delay_ms=faults.delay_ms,
        )
