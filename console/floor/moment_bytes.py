"""The bytes of a moment: values of the floor and plain ones, and nothing else.

What somebody has put into a file cannot run.
"""

import io
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import fields, is_dataclass
from enum import EnumMeta
from operator import attrgetter
from types import FunctionType, MappingProxyType
from typing import Any, Final

import msgspec

from console.floor import (
    answers,
    attempt_views,
    deriving,
    facts,
    figures,
    fold,
    forgetting,
    gathered,
    gathering,
    gone,
    history,
    legs,
    log,
    placement,
    rooms,
    seats,
    store,
    tray,
    trees,
    views,
)
from console.floor.log import Log
from console.floor.tables import OpenTable, Sleeping, Table
from console.journal import record
from console.voice import statuses

LOG: Final = "log"
"""The place of the log, which is not among the tables."""
_PLAIN: Final = frozenset(
    {
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("collections", "Counter"),
        ("collections", "deque"),
        ("decimal", "Decimal"),
    }
)
WRONG: Final = (
    zlib.error,
    pickle.UnpicklingError,
    EOFError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What bytes that are no moment may raise."""


class MomentError(Exception):
    """The bytes are no moment of this version of the floor."""


_Reduced = tuple[Callable[..., Any], tuple[Any, ...]]


class _Reducers(dict[type, Callable[[Any], _Reduced]]):
    """How a value is written, by its type; of a struct or a slotted dataclass field by field."""

    def __missing__(self, kind: type) -> Callable[[Any], _Reduced]:
        if issubclass(kind, msgspec.Struct):
            by_name = kind.__match_args__ != kind.__struct_fields__
            self[kind] = _reduced_by_name if by_name else _reduced_struct
            return self[kind]
        if not is_dataclass(kind) or "__slots__" not in vars(kind):
            raise KeyError(kind)
        names = [field.name for field in fields(kind)]
        if len(names) == 1:
            raise KeyError(kind)
        values = attrgetter(*names)

        def reduced(value: Any) -> _Reduced:
            return _make, (kind, *values(value))

        self[kind] = reduced
        return reduced


def _reduced_struct(struct: msgspec.Struct) -> _Reduced:
    return struct.__class__, msgspec.structs.astuple(struct)


def _reduced_by_name(struct: msgspec.Struct) -> _Reduced:
    return _name, (struct.__class__, *msgspec.structs.astuple(struct))


def _reduced_proxy(proxy: MappingProxyType[Any, Any]) -> _Reduced:
    return _proxy, (dict(proxy),)


class _Writers(dict[type, tuple[Callable[[Any, Any], None], ...]]):
    """What writes the fields of a slotted dataclass, by its type."""

    def __missing__(self, kind: Any) -> tuple[Callable[[Any, Any], None], ...]:
        found = tuple(getattr(kind, field.name).__set__ for field in fields(kind))
        self[kind] = found
        return found


_WRITERS: Final = _Writers()


def _proxy(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


def _make(kind: Any, *values: object) -> object:
    # A frozen value is written slot by slot: its own way costs three times as much.
    made: object = object.__new__(kind)
    for write, value in zip(_WRITERS[kind], values):  # noqa: B905  # checking costs a tenth
        write(made, value)
    return made


def _name(kind: Any, *values: object) -> object:
    # Its fields are given by name only.
    return kind(**dict(zip(kind.__struct_fields__, values)))  # noqa: B905  # as above


def _classes(modules: Iterable[Any]) -> Iterator[type]:
    for module in modules:
        for _, value in sorted(vars(module).items()):
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield value


_MODULES: Final = (
    *(
        answers,
        attempt_views,
        deriving,
        facts,
        figures,
        fold,
        forgetting,
        gathered,
        gathering,
        gone,
        history,
    ),
    *(legs, log, placement, rooms, seats, store, tray, trees, views, record, statuses),
)
_CODED: Final[tuple[Any, ...]] = (_make, _name, _proxy, *_classes(_MODULES))
"""What may be called, by number: a number is read ten times as fast as a name."""
_CODES: Final[dict[Any, int]] = {each: code for code, each in enumerate(_CODED)}
_NAMED: Final = frozenset({type, EnumMeta, type(msgspec.Struct), FunctionType})
_PLACED: Final = frozenset({dict, Table, OpenTable, Sleeping, Log})


class _Pickler(pickle.Pickler):
    dispatch_table = _Reducers({MappingProxyType: _reduced_proxy})

    def __init__(self, buffer: io.BytesIO, places: dict[int, str]) -> None:
        super().__init__(buffer, protocol=5)
        self._places = places

    def persistent_id(self, value: Any) -> int | str | None:
        kind = value.__class__
        if kind in _NAMED:
            return _CODES.get(value)
        return self._places.get(id(value)) if kind in _PLACED else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, buffer: io.BytesIO, tables: dict[str, MutableMapping[Any, Any]]) -> None:
        super().__init__(buffer)
        self._tables = tables

    def persistent_load(self, pid: Any) -> Any:
        if pid.__class__ is int and pid >= 0:
            return _CODED[pid]
        return Log() if pid == LOG else self._tables[pid]

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"a moment holds no {module}.{name}")


def dump_one(value: object) -> bytes:
    """Return the bytes of a value that refers to no table."""
    buffer = io.BytesIO()
    _Pickler(buffer, {}).dump(value)
    return buffer.getvalue()


def wake(value: bytes) -> Any:
    """Return the value of such bytes.

    Raises:
        MomentError: They are something else.
    """
    try:
        return _Unpickler(io.BytesIO(value), {}).load()
    except WRONG as error:
        raise MomentError(str(error)) from error


def dump(value: object, places: dict[int, str]) -> bytes:
    """Return the packed bytes of a value; of tables, by their `id`, only the places."""
    buffer = io.BytesIO()
    _Pickler(buffer, places).dump(value)
    return zlib.compress(buffer.getvalue(), 1)


def load(packed: bytes, tables: Any) -> Any:
    """Return the value of packed bytes, with these tables in their places; may raise `WRONG`."""
    return _Unpickler(io.BytesIO(zlib.decompress(packed)), tables).load()
