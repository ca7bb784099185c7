"""Faults of the API itself: requests that fail, are late, or whose answer is lost.

Rules of `POST /sandbox/faults`, in its field `api`; the first one that fits a request strikes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from random import Random
from types import MappingProxyType
from typing import Any, Final

from console.voice.defects import Fields
from console.voice.limits import Range

STATUSES: Final[Mapping[int, str]] = MappingProxyType(
    {
        402: "low-balance",
        403: "forbidden",
        429: "rate-limit",
        500: "internal-error",
        502: "internal-error",
        503: "internal-error",
        504: "internal-error",
    }
)
"""Statuses a rule may give, each with the problem of its body (3.11)."""
FIRST_THE_TOKEN: Final = frozenset({402, 403, 429})
"""Statuses about an account: who shows no good credentials gets 401 all the same."""
METHODS: Final = ("GET", "POST", "PUT", "DELETE")
_ROOTS: Final = ("/v1/", "/v2/")
_MOST: Final = 100
_TIMES: Final = Range(1, 1_000_000)
_SHARE: Final = Range(0.0, 1.0)
_LONGEST_DELAY_MS: Final = 600_000
_NAMES: Final = ("method", "path", "status", "hang_up", "delay_ms", "after", "times", "share")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiFault:
    """One rule.

    Attributes:
        path: Which paths; `*` stands for anything, slashes as well.
        method: Which verb; None: all.
        status: Answered with this; None: with what the request deserves.
        hang_up: The connection is cut instead of an answer.
        delay_ms: So much later, in real time: clients know no other.
        after: The request is carried out first; False: a request that is refused or cut off
            changes nothing.
        times: Strikes so often, then the rule is over; None: for ever.
        share: Of the requests that fit, from 0 to 1, drawn by the seed.
    """

    path: str
    method: str | None = None
    status: int | None = None
    hang_up: bool = False
    delay_ms: int = 0
    after: bool = False
    times: int | None = None
    share: float = 1.0

    def fits(self, method: str, path: str) -> bool:
        """Tell whether a request is meant; `path` is without a trailing slash."""
        return self.method in (None, method) and fnmatchcase(path, self.path)

    def to_wire(self) -> dict[str, Any]:
        """Return the object that says the same."""
        wire = {name: getattr(self, name) for name in _NAMES}
        return {name: value for name, value in wire.items() if value is not None}


def read_api_faults(fields: Fields) -> tuple[ApiFault, ...]:
    """Return the rules in the field `api`; what is wrong is noted in `fields`."""
    items = fields.array("api")
    if items is None:
        return ()
    if len(items) > _MOST:
        fields.fail("api", f"may hold up to {_MOST} rules")
        return ()
    read = [
        _read(Fields(item, f"{fields.at('api')}[{index}]", fields.defects), item)
        for index, item in enumerate(items)
    ]
    return tuple(rule for rule in read if rule is not None)


def _read(fields: Fields, item: object) -> ApiFault | None:
    if isinstance(item, Mapping):
        for name in item:
            if name not in _NAMES:
                fields.fail(str(name), "is not an option of a fault")
    path = fields.text("path", required=True)
    if path is not None and not path.startswith(_ROOTS):
        fields.fail("path", "must begin with /v1/ or /v2/")
    status = fields.integer("status", None)
    if status is not None and status not in STATUSES:
        fields.fail("status", f"must be one of {', '.join(map(str, STATUSES))}", "choice")
    hang_up = fields.boolean("hang_up") or False
    delay_ms = fields.integer("delay_ms", Range(0, _LONGEST_DELAY_MS)) or 0
    if hang_up and status is not None:
        fields.fail("hang_up", "excludes status")
    if not (hang_up or delay_ms or "status" in fields):
        fields.fail("status", "is required, or hang_up, or delay_ms", "missing")
    share = fields.number("share", _SHARE)
    method, after = fields.choice("method", METHODS), fields.boolean("after")
    times = fields.integer("times", _TIMES)
    if path is None:
        return None
    return ApiFault(
        path=path,
        method=method,
        status=status,
        hang_up=hang_up,
        delay_ms=delay_ms,
        after=after or False,
        times=times,
        share=1.0 if share is None else share,
    )


class ApiFaultDice:
    """Says which requests are struck, in the order in which they come."""

    def __init__(self, rules: Sequence[ApiFault] = (), seed: int = 1) -> None:
        self._rules = list(rules)
        self._random = Random(f"api {seed}")

    @property
    def rules(self) -> tuple[ApiFault, ...]:
        """The rules that are not over, with how often they will still strike."""
        return tuple(self._rules)

    def draw(self, method: str, path: str) -> ApiFault | None:
        """Return the rule that strikes the next request, None where none does."""
        for index, rule in enumerate(self._rules):
            if not rule.fits(method, path) or self._random.random() >= rule.share:
                continue
            if rule.times == 1:
                del self._rules[index]
            elif rule.times is not None:
                self._rules[index] = replace(rule, times=rule.times - 1)
            return rule
        return None
