"""A store as bytes and back: what a time machine keeps of a moment, to go on from there.

What comes back is the store as it was, without its subscribers: the same facts, the same views,
the same sums, so folding on from it is the same as folding from the start. Nothing is derived
anew, and what can be drawn again at once (branches, completed views) is left out.

Bytes are read by an unpickler that makes values of this floor and plain ones, and nothing else:
what somebody has put into a file cannot run.
"""

import io
import pickle
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

from console.floor.log import Log, LogLine
from console.floor.store import Store

LOG_LINES: Final = 500
"""The latest lines of the log that a moment keeps."""
_MODULES: Final = ("console.floor.", "console.journal.record", "console.voice.statuses")
_PLAIN: Final = frozenset(
    {
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("collections", "Counter"),
        ("collections", "OrderedDict"),
        ("collections", "deque"),
        ("decimal", "Decimal"),
    }
)


class MomentError(Exception):
    """The bytes are no moment of this version of the floor."""


def pack(store: Store) -> bytes:
    """Return a store as bytes."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=5)
    pickler.dispatch_table = _Reducers({Log: _reduced_log, MappingProxyType: _reduced_proxy})
    pickler.dump(store)
    return zlib.compress(buffer.getvalue(), 1)


def unpack(packed: bytes) -> Store:
    """Return the store of these bytes.

    Raises:
        MomentError: They are something else.
    """
    try:
        store = _Unpickler(io.BytesIO(zlib.decompress(packed))).load()
    except (zlib.error, pickle.UnpicklingError, EOFError, AttributeError, TypeError) as error:
        raise MomentError(str(error)) from error
    if not isinstance(store, Store):
        raise MomentError("there is no store in it")
    return store


_Reduced = tuple[Callable[..., Any], tuple[Any, ...]]


class _Reducers(dict[type, Callable[[Any], _Reduced]]):
    """How a value is written, by its type; of a dataclass field by field."""

    def __missing__(self, kind: type) -> Callable[[Any], _Reduced]:
        if not is_dataclass(kind) or kind.__setattr__ is object.__setattr__:
            # What can be written to has a way of its own, which is as fast.
            raise KeyError(kind)
        names = [field.name for field in fields(kind)]
        if len(names) == 1:
            raise KeyError(kind)
        values = attrgetter(*names)

        def reduced(value: Any) -> _Reduced:
            return _make, (kind, *values(value))

        self[kind] = reduced
        return reduced


def _reduced_log(log: Log) -> _Reduced:
    lines = log[-LOG_LINES:]
    return _log, (lines, log.limit, log.dropped + len(log) - len(lines))


def _reduced_proxy(proxy: MappingProxyType[Any, Any]) -> _Reduced:
    return _proxy, (dict(proxy),)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith(_MODULES) and "." not in name:
            found = super().find_class(module, name)
            if found in (_make, _log, _proxy) or (
                isinstance(found, type) and found.__module__ == module
            ):
                return found
        raise pickle.UnpicklingError(f"a moment holds no {module}.{name}")


class _Writers(dict[type, tuple[Callable[[Any, Any], None], ...]]):
    """What writes the fields of a frozen dataclass, by its type."""

    def __missing__(self, kind: Any) -> tuple[Callable[[Any, Any], None], ...]:
        found = tuple(getattr(kind, field.name).__set__ for field in fields(kind))
        self[kind] = found
        return found


_WRITERS: Final = _Writers()


def _proxy(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


def _log(lines: list[LogLine], limit: int, dropped: int) -> Log:
    log = Log(limit)
    log.dropped = dropped
    for line in lines:
        log.append(line)
    return log


def _make(kind: Any, *values: object) -> object:
    # A frozen value is written slot by slot: its own way costs three times as much.
    made: object = object.__new__(kind)
    for write, value in zip(_WRITERS[kind], values):  # noqa: B905  # checking costs a tenth
        write(made, value)
    return made
