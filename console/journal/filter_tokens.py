"""The words and signs of a filter, each with its place, so that an error can point at it."""

from dataclasses import dataclass
from typing import Final

SIGNS: Final = "()|&"
NOT: Final = "!"


class FilterError(ValueError):
    """A part that cannot be understood; the text names it and says what could stand there.

    Attributes:
        term: The part as it was typed.
        reason: What is wrong with it.
        at: Where it begins in the whole text: the index of its first character.
    """

    def __init__(self, term: str, reason: str, at: int = 0) -> None:
        super().__init__(f"{term!r}: {reason}" if term else reason)
        self.term = term
        self.reason = reason
        self.at = at


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or one sign: `(`, `)`, `|`, `&` or `!`.

    Attributes:
        source: As it was typed, quotes included.
        at: Index of its first character.
        pieces: Of a word each character and whether it stood in quotes; of a sign none.
    """

    source: str
    at: int
    pieces: tuple[tuple[str, bool], ...] = ()

    @property
    def sign(self) -> str:
        """The sign, or an empty text for a word."""
        return "" if self.pieces or self.source.startswith('"') else self.source

    @property
    def end(self) -> int:
        """Index after its last character."""
        return self.at + len(self.source)


def tokens(text: str) -> list[Token]:
    """Return the words and signs of `text` in order.

    `!` and `-` turn a term round where they begin it; inside a word they are characters.

    Raises:
        FilterError: A quote is not closed.
    """
    found: list[Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character.isspace():
            at += 1
        elif character in SIGNS or character == NOT:
            found.append(Token(character, at))
            at += 1
        elif character == "-" and _starts_term(text, at + 1):
            found.append(Token(NOT, at))
            at += 1
        else:
            word = _word(text, at)
            found.append(word)
            at = word.end
    return found


def _starts_term(text: str, at: int) -> bool:
    return at < len(text) and not text[at].isspace() and text[at] not in ")|&"


def _word(text: str, at: int) -> Token:
    pieces: list[tuple[str, bool]] = []
    quoted = False
    end = at
    for end in range(at, len(text) + 1):
        if end == len(text):
            break
        character = text[end]
        if not quoted and (character.isspace() or character in SIGNS):
            break
        if character == '"':
            quoted = not quoted
        else:
            pieces.append((character, quoted))
    if quoted:
        raise FilterError(text[at:], "the quote is not closed", at)
    return Token(text[at:end], at, tuple(pieces))
