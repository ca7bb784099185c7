"""How many lines a second are told; the rest is counted."""

from collections import Counter
from typing import Final

from console.plain.sentences import Sentence

WINDOW_NS: Final = 1_000_000_000
_KINDS: Final = 4


class Pace:
    """Lets so many sentences through in a second, and sums up the others.

    Args:
        most: Lines in one second.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._since = 0
        self._let = 0
        self._held: Counter[str] = Counter()

    def lets(self, sentence: Sentence, now_ns: int) -> bool:
        """Tell whether it is told now; else it is counted for `summary`."""
        if now_ns - self._since >= WINDOW_NS and not self._held:
            self._since, self._let = now_ns, 0
        if self._let >= self._most:
            self._held[sentence.gist] += 1
            return False
        self._let += 1
        return True

    @property
    def holds(self) -> bool:
        """Whether something was counted and not summed up yet."""
        return bool(self._held)

    def summary(self, now_ns: int) -> str:
        """Return what was counted, as `and 12 more: 7 ringing, 5 answered`, and begin anew."""
        held, self._held = self._held, Counter()
        self._since, self._let = now_ns, 0
        common = [f"{count} {gist}" for gist, count in held.most_common(_KINDS)]
        rest = held.total() - sum(count for _, count in held.most_common(_KINDS))
        return f"and {held.total()} more: " + ", ".join(common + ([f"{rest} other"] * bool(rest)))
