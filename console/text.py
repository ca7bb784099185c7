r"""What may reach a terminal: text from outside, made visible and harmless.

Every string that did not come from this program passes `clean` before a widget or stdout
sees it. Control, format, surrogate, private and unassigned characters become `\x..`, `\u....`
or `\U........`; nothing else is changed, nothing is lost.
"""

import re
import unicodedata
from typing import NewType

Shown = NewType("Shown", str)
"""Text that is safe to put on a terminal as it is (it may still be markup: show it as text)."""

_LINE_END = r"\r\n|\n|\r"
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _visible(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def clean(text: object, limit: int | None = None) -> Shown:
    r"""Return `text` with each character that could act on a terminal written out.

    Args:
        text: Anything; what is not a string is turned into one first.
        limit: At most so many characters are returned; a cut is marked by `…`.
    """
    source = text if isinstance(text, str) else str(text)
    if limit is not None and len(source) > limit:
        source = source[: max(limit - 1, 0)] + "…"
    if source.isascii() and source.isprintable():
        return Shown(source)
    shown = "".join(
        _visible(character) if unicodedata.category(character) in _UNSAFE_CATEGORIES else character
        for character in source
    )
    if limit is not None and len(shown) > limit:
        shown = shown[: max(limit - 1, 0)] + "…"
    return Shown(shown)


def clean_lines(text: str) -> list[Shown]:
    """Return the lines of `text`, each cleaned; tabs become spaces.

    Only LF, CR and CRLF end a line: every other separator is written out.
    """
    lines = re.split(_LINE_END, text)
    if not lines[-1]:
        lines.pop()
    return [_expanded(line) for line in lines]


def _expanded(line: str) -> Shown:
    return Shown("\t".join(map(clean, line.split("\t"))).expandtabs(4))
