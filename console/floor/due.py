"""What is to be looked at again, and when: one moment for each key, the earliest first."""

from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Due(Generic[Key]):
    """Moments by key; setting one again takes the place of the one before."""

    def __init__(self) -> None:
        self._at: dict[Key, int] = {}
        self._heap: list[tuple[int, int, Key]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._at)

    def set(self, key: Key, at_ms: int | None) -> None:
        """Look at `key` again at `at_ms`; None: no more."""
        if self._at.get(key) == at_ms:
            return
        if at_ms is None:
            del self._at[key]
            return
        self._at[key] = at_ms
        self._count += 1
        # The count keeps keys from being compared.
        heappush(self._heap, (at_ms, self._count, key))
        if len(self._heap) > 2 * len(self._at) + 64:
            self._heap = sorted(each for each in self._heap if self._at.get(each[2]) == each[0])

    def pop(self, now_ms: int) -> Iterator[tuple[int, Key]]:
        """Yield what is due by `now_ms`, the earliest first; it may be set again meanwhile."""
        while self._heap and self._heap[0][0] <= now_ms:
            at_ms, _, key = heappop(self._heap)
            if self._at.get(key) == at_ms:
                del self._at[key]
                yield at_ms, key

    def clear(self) -> None:
        """Forget everything."""
        self._at.clear()
        self._heap.clear()
