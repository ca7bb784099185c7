"""What a form is: the fields that have to be filled in before an action can run.

A filled form is `Args`: texts by field name. They are journalled as they are and turned into a
request by `console.actions.requests`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

Args = Mapping[str, str]
"""Texts by field name, as typed."""

NO_ARGS: Args = MappingProxyType({})


class Wrong(str):
    """Why a form cannot be sent, as a sentence; it knows the field at fault."""

    __slots__ = ("field",)

    field: str

    def __new__(cls, sentence: str, field: str) -> "Wrong":
        """Return `sentence`, about the field of this name."""
        made = super().__new__(cls, sentence)
        made.field = field
        return made


class ArgsError(ValueError):
    """What was typed cannot be sent; `reasons` are sentences for people.

    Those that are `Wrong` name their field.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@contextmanager
def about(field: str) -> Iterator[None]:
    """Say that what is wrong in this block is wrong with the field of this name.

    Raises:
        ArgsError: As the block raised it, each reason with a field.
    """
    try:
        yield
    except ArgsError as error:
        raise ArgsError(*at_fault(error.reasons, field)) from None


class Faults:
    """Gathers what is wrong with a form, so that every field at fault is named at once."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def about(self, field: str) -> "_Fault":
        """Take what is wrong in a block as a fault of this field, unless it has one already."""
        return _Fault(self, field)

    def take(self, reasons: Sequence[str]) -> None:
        """Keep what is wrong with fields that have no fault yet."""
        named = {each.field for each in self.reasons if isinstance(each, Wrong)}
        self.reasons += [
            each for each in reasons if not (isinstance(each, Wrong) and each.field in named)
        ]

    def check(self) -> None:
        """Go on only where nothing is wrong.

        Raises:
            ArgsError: With every reason.
        """
        if self.reasons:
            raise ArgsError(*self.reasons)


class _Fault:
    """A block whose faults are gathered; it ends at the first one."""

    def __init__(self, faults: Faults, field: str) -> None:
        self._faults, self._field = faults, field

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, ArgsError):
            return False
        self._faults.take(at_fault(error.reasons, self._field))
        return True


def at_fault(reasons: Sequence[str], field: str) -> Sequence[str]:
    """Return reasons that each name a field: this one, where they named none."""
    return [each if isinstance(each, Wrong) else Wrong(each, field) for each in reasons]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to type or choose."""

    name: str
    label: str
    hint: str = ""
    default: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    """Not empty: one of these."""
    suggest: str | None = None
    """Where suggestions come from: `numbers` (our own), `callers` (those, or any), `callees` (whom
    we know), `conversations`, `blocks`, `nccos` (files), `phrases`, `languages`, `styles`,
    `applications`, `receivers` (who takes webhooks).
    """
    beside: bool = False
    """It stands on the line of the field before it."""
    suggest_by_kind: Mapping[str, str] = field(default_factory=dict)
    """The same where it depends on the form's `kind`; nothing for a kind that is not named."""

    @property
    def suggests(self) -> bool:
        """Whether anything can be chosen from."""
        return self.suggest is not None or bool(self.suggest_by_kind)

    def source(self, args: Args) -> str | None:
        """Return where suggestions come from for a form that is filled in so."""
        return self.suggest_by_kind.get(args.get("kind", ""), self.suggest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What one action asks for, in this order; the command line fills the first open field."""

    name: str
    title: str
    fields: tuple[Field, ...]
    rest: str
    """The field that takes the free text of the command line (`:say hello there`)."""
    at_once: bool = False
    """It is not shown: the key runs the action as it is, only the command line fills anything."""
