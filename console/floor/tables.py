"""Tables of a floor that tell what may have changed in them, and keep the rest as bytes.

A floor that nobody keeps moments of has plain dictionaries. `console.floor.moments` puts these in
their place: the floor does not see the difference.
"""

from collections.abc import Callable, Iterator, MutableMapping, Sequence, ValuesView
from copy import copy
from typing import Any, Generic, Self, TypeVar, overload

_K = TypeVar("_K")
_V = TypeVar("_V")
_D = TypeVar("_D")


class Table(MutableMapping[_K, _V], Generic[_K, _V]):
    """A dictionary that notes what is written to it; for values that nobody can change.

    Args:
        inner: What is in it, not copied.
    """

    __slots__ = ("inner", "removed", "written")

    def __init__(self, inner: dict[_K, Any]) -> None:
        self.inner = inner
        self.written: dict[_K, None] = {}
        """Keys whose values may be others than before, new ones in the order in which they came."""
        self.removed: dict[_K, None] = {}
        """Keys that were taken out; those that came again are in `written` as well."""

    def noted(self) -> None:
        """Begin to note anew."""
        self.written = {}
        self.removed = {}

    def __len__(self) -> int:
        return len(self.inner)

    def __iter__(self) -> Iterator[_K]:
        return iter(self.inner)

    def __contains__(self, key: object) -> bool:
        return key in self.inner

    def __getitem__(self, key: _K) -> _V:
        value: _V = self.inner[key]
        return value

    @overload
    def get(self, key: _K) -> _V | None: ...
    @overload
    def get(self, key: _K, default: _V | _D) -> _V | _D: ...
    def get(self, key: _K, default: Any = None) -> Any:
        """Return the value of a key, or `default`."""
        return self[key] if key in self.inner else default

    def __setitem__(self, key: _K, value: _V) -> None:
        self.inner[key] = value
        self.written[key] = None

    def __delitem__(self, key: _K) -> None:
        del self.inner[key]
        self.written.pop(key, None)
        self.removed[key] = None

    def values(self) -> ValuesView[_V]:
        """Return what is in it."""
        return self.inner.values()

    def copy(self) -> Self:
        """Return a table with the same in it; nothing is woken for it."""
        made = copy(self)
        made.inner = self.inner.copy()
        made.noted()
        return made


class OpenTable(Table[_K, _V]):
    """A table whose values can be changed by who has read them: what is read may be changed."""

    __slots__ = ()

    def __getitem__(self, key: _K) -> _V:
        value: _V = self.inner[key]
        self.written[key] = None
        return value

    def values(self) -> ValuesView[_V]:
        """Return what is in it."""
        return ValuesView(self)


class Page:
    """The bytes of some values of a table, which are unpacked together when one is wanted.

    Args:
        keys: Their keys.
        packed: All of them.
        opened: Returns the bytes of each.
    """

    __slots__ = ("_keys", "_opened", "_packed", "_values")

    def __init__(
        self, keys: Sequence[Any], packed: bytes, opened: Callable[[bytes], Sequence[bytes]]
    ) -> None:
        self._keys, self._packed, self._opened = keys, packed, opened
        self._values: dict[Any, bytes] | None = None

    def value(self, key: object) -> bytes:
        """Return the bytes of one."""
        if self._values is None:
            values = self._opened(self._packed)
            self._values = dict(zip(self._keys, values, strict=True))
        return self._values[key]


class Sleeping(OpenTable[_K, _V]):
    """A table whose values are bytes, or on a page, until somebody reads them.

    Args:
        inner: What is in it, not copied: values, bytes of values, or their pages.
        wake: Makes a value of bytes.
    """

    __slots__ = ("_wake",)

    def __init__(self, inner: dict[_K, Any], wake: Callable[[bytes], Any]) -> None:
        super().__init__(inner)
        self._wake = wake

    def asleep(self, key: _K) -> bytes | None:
        """Return the bytes of a value that nobody has read; None: it is no bytes any more."""
        value = self.inner[key]
        if value.__class__ is Page:
            value = value.value(key)
        return value if value.__class__ is bytes else None

    def __getitem__(self, key: _K) -> _V:
        value = self.inner[key]
        kind = value.__class__
        if kind is Page:
            value = self.inner[key] = self._wake(value.value(key))
        elif kind is bytes:
            value = self.inner[key] = self._wake(value)
        self.written[key] = None
        found: _V = value
        return found
