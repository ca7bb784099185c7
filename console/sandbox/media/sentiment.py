"""How a sentence feels, by its words: a plain count of kind and unkind ones (8.4)."""

import re
from typing import Final

_WORD: Final = re.compile(r"[\w']+")
_TURNS: Final = frozenset({"not", "no", "never", "don't", "doesn't", "isn't", "can't", "cannot"})
_KIND: Final = """
    amazing awesome brilliant delighted excellent fantastic fine glad good great happy helpful
    kind like love lovely nice perfect pleased pleasure satisfied super thank thanks well
    wonderful yes
"""
_UNKIND: Final = """
    angry annoyed annoying awful bad broken complain complaint disappointed disappointing fail
    failed fault frustrated hate horrible late mad poor problem sad slow sorry terrible
    unacceptable unhappy upset useless worse worst wrong
"""
_FEELINGS: Final = dict.fromkeys(_KIND.split(), 1) | dict.fromkeys(_UNKIND.split(), -1)


def sentiment_of(text: str) -> float:
    """Return -1 (unkind words only) to 1 (kind ones only); 0 where there are none of either.

    A word that follows a `not` counts as its opposite. Only English words are known.
    """
    kind = unkind = 0
    turned = False
    for word in _WORD.findall(text.lower()):
        feeling = _FEELINGS.get(word, 0) * (-1 if turned else 1)
        kind += feeling > 0
        unkind += feeling < 0
        turned = word in _TURNS
    total = kind + unkind
    return round((kind - unkind) / total, 2) if total else 0.0
