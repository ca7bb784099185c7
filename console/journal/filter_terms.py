"""What a filter is made of, and whether a subject passes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import ge, gt, le, lt
from types import MappingProxyType
from typing import Final, assert_never

from console.journal.filter_fields import How

Fields = Mapping[str, str | float | None]
"""The values of a subject by key; what is missing is the empty text, and of no size."""

YES_NO: Final = frozenset({"yes", "no"})
"""Values of what is so or not; free text is not looked for in them."""
COMPARE: Final = MappingProxyType({"<": lt, "<=": le, ">": gt, ">=": ge})


@dataclass(frozen=True, slots=True)
class Word:
    """Free text: it occurs somewhere in the subject."""

    sought: str
    """In lower case."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A value with `*`: each stands for any text, and the whole field must fit."""

    matcher: re.Pattern[str]

    @classmethod
    def of(cls, parts: list[str]) -> "Pattern":
        """Return the pattern of the texts between the stars."""
        return cls(re.compile(".*".join(map(re.escape, parts)), re.DOTALL))


@dataclass(frozen=True, slots=True)
class Field:
    """One field and the values it may have; one of them is enough."""

    key: str
    how: How
    values: tuple[str | Pattern, ...]
    """In lower case."""


@dataclass(frozen=True, slots=True)
class Size:
    """One field compared with a number; a field without a value never passes."""

    key: str
    sign: str
    """`<`, `<=`, `>` or `>=`; `:` for the same number."""
    number: float


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a term."""

    term: "Term"


@dataclass(frozen=True, slots=True)
class All:
    """Every term passes."""

    terms: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one term passes."""

    terms: tuple["Term", ...]


Term = Word | Field | Size | Not | All | OneOf


def passes(term: Term, fields: Fields, text: str) -> bool:
    """Return whether a subject passes.

    Args:
        term: What is asked.
        fields: The subject's values.
        text: What free text is looked for in, besides the fields.
    """
    match term:
        case Word(sought):
            return sought in text.lower() or any(
                sought in value.lower()
                for value in fields.values()
                if isinstance(value, str) and value not in YES_NO
            )
        case Field(key, how, values):
            found = str(fields.get(key) or "").lower()
            return any(_is(found, how, value) for value in values)
        case Size(key, sign, number):
            size = fields.get(key)
            if not isinstance(size, int | float):
                return False
            return size == number if sign == ":" else bool(COMPARE[sign](size, number))
        case Not(turned):
            return not passes(turned, fields, text)
        case All(terms):
            return all(passes(one, fields, text) for one in terms)
        case OneOf(terms):
            return any(passes(one, fields, text) for one in terms)
        case _ as never:
            assert_never(never)


def _is(found: str, how: How, value: str | Pattern) -> bool:
    if isinstance(value, Pattern):
        return value.matcher.fullmatch(found) is not None
    match how:
        case How.IS:
            return found == value
        case How.PART:
            return found == value or found.startswith(value + ".")
        case _:
            return value in found


def sizes_of(term: Term) -> tuple[Size, ...]:
    """Return every comparison by size in a term."""
    match term:
        case Size():
            return (term,)
        case Not(turned):
            return sizes_of(turned)
        case All(terms) | OneOf(terms):
            return tuple(size for one in terms for size in sizes_of(one))
        case Word() | Field():
            return ()
        case _ as never:
            assert_never(never)


def reads_text(term: Term) -> bool:
    """Tell whether free text is looked for, so that the subject's text is needed."""
    match term:
        case Word():
            return True
        case Not(turned):
            return reads_text(turned)
        case All(terms) | OneOf(terms):
            return any(map(reads_text, terms))
        case Field() | Size():
            return False
        case _ as never:
            assert_never(never)


def reads_fields(term: Term) -> frozenset[str]:
    """Return the fields that are named."""
    match term:
        case Word():
            return frozenset()
        case Not(turned):
            return reads_fields(turned)
        case All(terms) | OneOf(terms):
            return frozenset().union(*map(reads_fields, terms))
        case Field(key=key) | Size(key=key):
            return frozenset({key})
        case _ as never:
            assert_never(never)
