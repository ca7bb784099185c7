"""What a form is: the fields that have to be filled in before an action can run.

A filled form is `Args`: texts by field name. They are journalled as they are and turned into a
request by `console.actions.requests`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Args = Mapping[str, str]
"""Texts by field name, as typed."""

NO_ARGS: Args = MappingProxyType({})


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
    """Where suggestions come from: `numbers` (our own), `callees` (whom we know), `conversations`,
    `blocks`, `nccos` (files), `phrases`, `languages`, `styles`, `applications`, `receivers` (who
    takes webhooks).
    """
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
