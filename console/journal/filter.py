"""The filter one types at `/`, `--where` and `:`; one grammar for events, calls and screens.

Terms stand between blanks; a subject passes when every one does.

- `busy` is free text: it occurs somewhere in the subject, in any case.
- `key:value` looks at one field. Several values with commas: one of them is enough. A value
  with `*` must fit the whole field: `from:4477*`.
- `key<value`, `key>=value` compare by size: `dur>30`, `age<2m` (`ms`, `s`, `m`, `h`, `d`).
- `!term` and `-term` turn a term round; `a | b` is one of both, `a & b` and `a b` are both;
  brackets bind: `(status:busy | status:failed) !from:4477*`.
- `"two words"` and `key:"two words"` hold blanks, colons, commas and signs.
- `@name` is a filter that was saved under this name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from console.journal.filter_fields import CONVERSATION_KEYS, LEG_KEYS, RECORD_KEYS, How, Key
from console.journal.filter_records import fields_of, text_of
from console.journal.filter_terms import (
    All,
    Field,
    Fields,
    Not,
    OneOf,
    Pattern,
    Size,
    Term,
    Word,
    passes,
    reads_fields,
    reads_text,
)
from console.journal.filter_tokens import NOT, FilterError, Token, tokens
from console.journal.record import Record

__all__ = [
    "CONVERSATION_KEYS",
    "LEG_KEYS",
    "NOTHING",
    "NO_NAMES",
    "RECORD_KEYS",
    "Filter",
    "FilterError",
    "How",
    "Key",
    "parse_filter",
]

DEEPEST: Final = 32
"""Brackets and signs that turn round may lie in each other so deep."""
_COMPARISON: Final = re.compile(r"[<>]=?")
_AMOUNT: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)?")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_EVERYTHING: Final = All(())
NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was understood; without terms everything passes."""

    term: Term = _EVERYTHING

    def __bool__(self) -> bool:
        return self.term != _EVERYTHING

    def matches(self, fields: Fields, text: str = "") -> bool:
        """Return whether a subject passes.

        Args:
            fields: Its values by key; what is missing is the empty text.
            text: What free text is looked for in, besides the fields.
        """
        return passes(self.term, fields, text)

    def matches_record(self, record: Record, now_ns: int | None = None) -> bool:
        """Return whether a record of the journal passes.

        Args:
            record: Which one.
            now_ns: What ages are counted to, Unix nanoseconds; None: nothing has an age.
        """
        if not self:
            return True
        fields = fields_of(record, reads_fields(self.term), now_ns)
        return passes(self.term, fields, text_of(record) if reads_text(self.term) else "")


NOTHING: Final = Filter()
"""Without a term: everything passes."""


def parse_filter(
    text: str, keys: Mapping[str, Key] = RECORD_KEYS, saved: Mapping[str, str] = NO_NAMES
) -> Filter:
    """Return the filter of `text`.

    Args:
        text: What was typed.
        keys: The fields its subjects have.
        saved: Filters by name.

    Raises:
        FilterError: A term names no such field or no such value, or a quote or a bracket is
            not closed; it says where.
    """
    found = tokens(text)
    return Filter(_Parser(text, found, keys, saved).whole()) if found else NOTHING


class _Parser:
    """Recursive descent; `_at` is the next token."""

    def __init__(
        self,
        text: str,
        found: list[Token],
        keys: Mapping[str, Key],
        saved: Mapping[str, str],
    ) -> None:
        self._text = text
        self._tokens = found
        self._keys = keys
        self._saved = saved
        self._at = 0
        self._depth = 0

    def whole(self) -> Term:
        term = self._one_of()
        token = self._next
        if token is not None:
            raise FilterError(token.source, "there is no bracket to close", token.at)
        return term

    @property
    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _sign(self, sign: str) -> Token | None:
        token = self._next
        if token is None or token.sign != sign:
            return None
        self._at += 1
        return token

    def _one_of(self) -> Term:
        terms = [self._all()]
        while self._sign("|"):
            terms.append(self._all())
        return terms[0] if len(terms) == 1 else OneOf(tuple(terms))

    def _all(self) -> Term:
        terms = [self._one()]
        while (token := self._next) is not None and token.sign not in (")", "|"):
            self._sign("&")
            terms.append(self._one())
        return terms[0] if len(terms) == 1 else All(tuple(terms))

    def _one(self) -> Term:
        token = self._next
        if token is None:
            raise FilterError("", "a term is missing at the end", len(self._text))
        self._at += 1
        match token.sign:
            case "" if token.pieces[:1] == (("@", False),):
                return self._named(token)
            case "":
                return _term(token, self._keys)
            case "!":
                return Not(self._deeper(token))
            case "(":
                return self._deeper(token)
            case sign:
                raise FilterError(sign, "a term is missing before it", token.at)

    def _named(self, token: Token) -> Term:
        name = _plain(token.pieces[1:])
        text = self._saved.get(name)
        if text is None:
            names = ", ".join(f"@{each}" for each in self._saved) or "none is saved"
            raise FilterError(token.source, f"no filter has this name ({names})", token.at)
        # What it means must not depend on itself: inside, its own name is unknown.
        others = {each: self._saved[each] for each in self._saved if each != name}
        try:
            return parse_filter(text, self._keys, others).term
        except FilterError as error:
            raise FilterError(token.source, f"its filter is wrong: {error}", token.at) from error

    def _deeper(self, token: Token) -> Term:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FilterError(token.source, "too many brackets lie in each other", token.at)
        if token.sign == NOT:
            term = self._one()
        else:
            term = self._one_of()
            if self._sign(")") is None:
                raise FilterError(token.source, "the bracket is not closed", token.at)
        self._depth -= 1
        return term


_Pieces = tuple[tuple[str, bool], ...]


def _term(token: Token, keys: Mapping[str, Key]) -> Term:
    pieces = token.pieces
    bare = "".join("\0" if quoted else character for character, quoted in pieces)
    colon = bare.find(":")
    comparison = _COMPARISON.search(bare)
    if comparison is not None and (colon < 0 or comparison.start() < colon):
        name = _plain(pieces[: comparison.start()])
        key = _key(token, name, keys)
        if not key.how.by_size:
            raise FilterError(token.source, f"{name} has no size; write {name}:value", token.at)
        value = _plain(pieces[comparison.end() :])
        return Size(name, comparison[0], _amount(token, name, key, value))
    if colon < 0:
        return Word(_plain(pieces))
    name = _plain(pieces[:colon])
    key = _key(token, name, keys)
    given = [value for value in _between_commas(pieces[colon + 1 :]) if value]
    if not given:
        raise FilterError(token.source, f"a value is missing after {name!r}", token.at)
    if key.how.by_size:
        sizes = tuple(Size(name, ":", _amount(token, name, key, _plain(one))) for one in given)
        return sizes[0] if len(sizes) == 1 else OneOf(sizes)
    return Field(name, key.how, tuple(_value(token, name, key, one) for one in given))


def _key(token: Token, name: str, keys: Mapping[str, Key]) -> Key:
    key = keys.get(name)
    if key is None:
        raise FilterError(
            token.source,
            f"there is no field {name!r}; fields are {', '.join(keys)}"
            ' (put "quotes" round text with a colon)',
            token.at,
        )
    return key


def _amount(token: Token, name: str, key: Key, value: str) -> float:
    found = _AMOUNT.fullmatch(value)
    if found is None or (found[2] is not None and key.how is not How.SPAN):
        wanted = "a time such as 30, 2m or 1h" if key.how is How.SPAN else "a number"
        raise FilterError(token.source, f"{name} is compared with {wanted}", token.at)
    return float(found[1]) * _SECONDS[found[2] or "s"] if key.how is How.SPAN else float(found[1])


def _value(token: Token, name: str, key: Key, pieces: _Pieces) -> str | Pattern:
    parts = [""]
    for character, quoted in pieces:
        if character == "*" and not quoted:
            parts.append("")
        else:
            parts[-1] += character.lower()
    value = parts[0] if len(parts) == 1 else Pattern.of(parts)
    if key.known is not None and not (
        value in key.known
        if isinstance(value, str)
        else any(value.matcher.fullmatch(one) for one in key.known)
    ):
        raise FilterError(
            token.source,
            f"{name} is never {_plain(pieces)!r}; it is one of {', '.join(sorted(key.known))}",
            token.at,
        )
    return value


def _plain(pieces: _Pieces) -> str:
    return "".join(character for character, _ in pieces).lower()


def _between_commas(pieces: _Pieces) -> list[_Pieces]:
    values: list[list[tuple[str, bool]]] = [[]]
    for character, quoted in pieces:
        if character == "," and not quoted:
            values.append([])
        else:
            values[-1].append((character, quoted))
    return [tuple(value) for value in values]
