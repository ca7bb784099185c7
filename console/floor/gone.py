"""Ids of what was forgotten, for as long as something may still come for it."""

from itertools import takewhile


class Gone:
    """Digests of ids, the same in every process, with when they were forgotten."""

    def __init__(self) -> None:
        self._ids: dict[bytes, int] = {}

    def __contains__(self, id_: str) -> bool:
        return bool(self._ids) and _digest(id_) in self._ids

    def add(self, id_: str, now_ms: int) -> None:
        """Remember an id; `now_ms` never goes back."""
        self._ids[_digest(id_)] = now_ms

    def drop(self, before_ms: int) -> None:
        """Let go of the ids that were forgotten before this time."""
        ids = self._ids
        for digest in list(takewhile(lambda digest: ids[digest] < before_ms, ids)):
            del ids[digest]


def _digest(id_: str) -> bytes:
    from hashlib import blake2b  # only where something was forgotten: it costs a start

    return blake2b(id_.encode("utf-8", "surrogatepass"), digest_size=8).digest()
