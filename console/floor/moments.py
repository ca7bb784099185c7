"""A store as bytes and back: what a time machine keeps of a moment, to go on from there.

What comes back is the store as it was, without its subscribers: the same facts, the same views,
the same sums, so folding on from it is the same as folding from the start. Nothing is derived
anew, and what can be drawn again at once (branches, completed views) is left out.

A moment has two parts. The tables of the floor (legs, conversations, …) are whole, or only what
changed in them since the moment before; the rest is small and always whole. Legs and the like
stay bytes until somebody asks for them: of ten thousand a screen shows forty.

How values become bytes and bytes values is `console.floor.moment_bytes`.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from console.floor.gathered import ConversationFacts
from console.floor.log import LogLine
from console.floor.moment_bytes import LOG, WRONG, MomentError, dump, dump_one, load, wake
from console.floor.store import Store
from console.floor.tables import OpenTable, Page, Sleeping, Table

LOG_LINES: Final = 500
"""The latest lines of the log that a moment keeps."""
_PAGE: Final = 32
"""Values that are unpacked together."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A moment, or what makes one of the moment before it."""

    rest: bytes
    """Everything but the tables, as it is at the moment."""
    tables: bytes
    """The tables: whole, or what changed; of what sleeps the keys."""
    pages: bytes
    """What sleeps."""


class Kept:
    """A store that is folded on, and kept from time to time.

    Args:
        store: The store; it is not to be shown any more.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._tables: dict[str, Table[Any, Any]] = {}
        self._awake: dict[str, set[Any]] = {}
        self._lines = 0

    def whole(self) -> Packed:
        """Return the moment as it is, by itself."""
        return self._pack(whole=True)

    def news(self) -> Packed:
        """Return what changed since the last time that it was kept, by either way."""
        return self._pack(whole=False)

    def _pack(self, *, whole: bool) -> Packed:
        written: dict[str, Any] = {}
        pages: dict[str, list[bytes]] = {}
        awake: dict[str, dict[Any, Any]] = {}
        places: dict[int, str] = {}
        # An id is written once, however many tables have it.
        same: dict[Any, Any] = {}
        self.store.floor.settle_all()
        for name, owner, kind in _tables(self.store):
            attribute = name.rpartition(".")[2]
            table = getattr(owner, attribute)
            anew = whole or table is not self._tables.get(name)
            if not isinstance(table, Table):
                table = _made(kind, table)
                setattr(owner, attribute, table)
            self._tables[name] = table
            places[id(table)] = name
            keys = list(table.inner if anew else table.written)
            if kind is Sleeping:
                stays = self._put_to_sleep(name, table, keys)
                if stays:
                    awake[name] = stays
                    keys = [key for key in keys if key not in stays]
            keys = [same.setdefault(key, key) for key in keys]
            removed = None if anew else list(table.removed)
            if not (anew or keys or removed):
                continue
            values: Any = keys
            if kind is Sleeping:
                pages[name] = _pages([table.inner[key] for key in keys])
            else:
                values = {key: table.inner[key] for key in keys}
            written[name] = removed, values
        for table in self._tables.values():
            table.noted()
        told = self.store.log.dropped + len(self.store.log)
        fresh = LOG_LINES if whole else min(told - self._lines, LOG_LINES)
        self._lines = told
        lines = self.store.log[-fresh:] if fresh else []
        places[id(self.store.log)] = LOG
        return Packed(
            rest=dump((self.store, self.store.log.limit, told, awake), places),
            tables=dump((whole, written), {}),
            pages=dump_one((_lines(lines), pages)),
        )

    def _put_to_sleep(self, name: str, table: Table[Any, Any], keys: list[Any]) -> dict[Any, Any]:
        """Make bytes of values; return those that cannot be taken apart from others."""
        awake = self._awake.setdefault(name, set())
        stays: dict[Any, Any] = {}
        for key in (*keys, *awake.difference(keys)):
            value = table.inner.get(key)
            if isinstance(value, ConversationFacts) and value.loose:
                # Placements hold the same events.
                stays[key] = value
            elif value.__class__ is Page:
                table.inner[key] = value.value(key)
            elif value is not None and value.__class__ is not bytes:
                table.inner[key] = dump_one(value)
        self._awake[name] = set(stays)
        return stays


def pack(store: Store) -> Packed:
    """Return a store as bytes, and leave it as it is."""
    written: dict[str, Any] = {}
    pages: dict[str, list[bytes]] = {}
    awake: dict[str, dict[Any, Any]] = {}
    places = {id(store.log): LOG}
    store.floor.settle_all()
    for name, owner, kind in _tables(store):
        table = getattr(owner, name.rpartition(".")[2])
        places[id(table)] = name
        values: Any = dict(table)
        if kind is Sleeping:
            stays = {k: v for k, v in table.items() if getattr(v, "loose", None)}
            awake[name] = stays
            values = [key for key in table if key not in stays]
            pages[name] = _pages([dump_one(table[key]) for key in values])
        written[name] = None, values
    told = store.log.dropped + len(store.log)
    return Packed(
        rest=dump((store, store.log.limit, told, awake), places),
        tables=dump((True, written), {}),
        pages=dump_one((_lines(store.log[-LOG_LINES:]), pages)),
    )


def unpack(rest: bytes, tables: Sequence[tuple[bytes, bytes]]) -> Store:
    """Return the store of a moment.

    Args:
        rest: That of the moment.
        tables: The whole ones, and then what changed in them, up to the moment; with the pages.

    Raises:
        MomentError: They are something else.
    """
    try:
        found, lines = _joined(tables)
        store, limit, told, awake = load(rest, found)
        if not isinstance(store, Store):
            raise MomentError("there is no store in it")
        for name, values in awake.items():
            found[name].inner.update(values)
        log = store.log
        log.limit = limit
        for line in _latest(lines):
            log.append(line)
        log.dropped = told - len(log)
        # What is wrong in it is found here, not at the first key.
        store.snapshot()
    except WRONG as error:
        raise MomentError(str(error)) from error
    return store


_Lines = tuple[int, bytes]
"""How many lines of the log, and they themselves."""


def _lines(lines: list[LogLine]) -> _Lines:
    return len(lines), dump_one(lines)


def _latest(lines: Sequence[_Lines]) -> list[LogLine]:
    """Return the latest lines; most of those before them are not even read."""
    found: list[LogLine] = []
    for count, packed in reversed(lines):
        if count:
            found = [*wake(packed), *found]
        if len(found) >= LOG_LINES:
            break
    return found[-LOG_LINES:]


def _pages(values: list[bytes]) -> list[bytes]:
    return [
        zlib.compress(dump_one(values[at : at + _PAGE]), 1) for at in range(0, len(values), _PAGE)
    ]


def _opened(packed: bytes) -> list[bytes]:
    try:
        values: list[bytes] = wake(zlib.decompress(packed))
    except zlib.error as error:
        raise MomentError(str(error)) from error
    return values


def _joined(
    packed: Sequence[tuple[bytes, bytes]],
) -> tuple[dict[str, Table[Any, Any]], list[_Lines]]:
    joined: dict[str, dict[Any, Any]] = {}
    lines: list[_Lines] = []
    for tables, asleep in packed:
        whole, written = load(tables, {})
        if not (whole or joined):
            raise MomentError("the first of its moments is not whole")
        more, pages = wake(asleep)
        lines = [more] if whole else [*lines, more]
        for name, (removed, values) in written.items():
            table = joined.setdefault(name, {})
            if removed is None:
                table.clear()
            for key in removed or ():
                table.pop(key, None)
            if _TABLES[name] is Sleeping:
                for at, page in enumerate(pages[name]):
                    keys = values[at * _PAGE : (at + 1) * _PAGE]
                    table.update(dict.fromkeys(keys, Page(keys, page, _opened)))
            else:
                table.update(values)
    return {name: _made(_TABLES[name], values) for name, values in joined.items()}, lines


# --- which tables there are ----------------------------------------------------------------------

_TABLES: Final[dict[str, type[Table[Any, Any]]]] = {
    "_recent": Table,
    "_older": Table,
    "facts.legs": Sleeping,
    "facts.conversations": Sleeping,
    "facts.recordings": Sleeping,
    "facts.exchanges": Sleeping,
    "facts.attempts": Sleeping,
    "facts.asking": Table,
    "facts.tray": Table,
    "facts.homeless": Table,
    "facts.legless": Table,
    "facts.leg_of_intent": Table,
    "facts._claims": Table,
    "facts.attempts_of_intent": OpenTable,
    "gone._ids": Table,
    "derived._legs": Sleeping,
    "derived._rooms": Table,
    "derived._over": Table,
    "derived._claims": OpenTable,
    "attempts._views": Table,
    "seats._members": Sleeping,
    "seats._left": Sleeping,
    "seats._live": Sleeping,
    "seats._where": Table,
    "seats._was": Table,
    "all._known": Table,
    "live._known": Table,
    "tray._by_number": Sleeping,
    "memory._legs": Table,
    "memory._attempts": Table,
    "history.minutes": Sleeping,
}
"""The tables that grow with the floor, by owner and attribute."""


def _tables(store: Store) -> Iterator[tuple[str, object, type[Table[Any, Any]]]]:
    """Yield the tables of a store: name, owner and kind."""
    floor = vars(store.floor)
    gathered, derived, memory = floor["_facts"], floor["_derived"], floor["_memory"]
    owners: dict[str, object] = {
        "": store,
        "facts": gathered,
        "gone": gathered.gone,
        "derived": derived,
        "attempts": derived.attempts,
        "seats": vars(derived)["_seats"],
        "all": vars(derived)["_all"],
        "live": vars(derived)["_live"],
        "tray": vars(derived)["_tray"],
        "memory": memory,
        "history": memory.history,
    }
    for name, kind in _TABLES.items():
        yield name, owners[name.rpartition(".")[0]], kind


def _made(kind: type[Table[Any, Any]], inner: dict[Any, Any]) -> Table[Any, Any]:
    return Sleeping(inner, wake) if kind is Sleeping else kind(inner)
