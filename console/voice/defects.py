"""What is wrong with a value from outside, and typed reading of JSON objects that finds it.

Numbers are taken as numeric strings too, booleans as `"true"` and `"false"` (6.1); names that
are not asked for are ignored.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from console.voice.limits import Range

METHODS: Final = ("GET", "POST")
_NUMERIC: Final = r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?"


DefectKind = Literal["json", "type", "missing", "choice", "range", "rule"]


class Defect(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where: `[0].endpoint[0].number`.

    `kind`: no JSON, a type that does not fit, something required that is missing, a word that
    is none of the choices, a number out of its range, or a rule that is broken.
    """

    path: str
    reason: str
    kind: DefectKind = "rule"
    choices: tuple[str, ...] = ()
    """The words that would do, where there are only these."""

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason

    def __eq__(self, other: object) -> bool:
        """Tell whether both say the same; the kind is for who looks further into it."""
        return isinstance(other, Defect) and (self.path, self.reason) == (other.path, other.reason)

    def __hash__(self) -> int:
        return hash((self.path, self.reason))


class Fields:
    """Reads one JSON object; what does not fit is noted in `defects` and read as None.

    Args:
        value: The object as decoded; anything else than an object is a defect itself.
        path: Where it stands, as in `Defect.path`.
        defects: The list that takes the defects; shared by all readers of one document.
        wrong_type: Said instead of the exact words when a type does not fit (3.11).
    """

    __slots__ = ("_is_object", "_value", "_wrong_type", "defects", "path")

    def __init__(
        self, value: object, path: str, defects: list[Defect], *, wrong_type: str | None = None
    ) -> None:
        self.path = path
        self.defects = defects
        self._wrong_type = wrong_type
        self._is_object = isinstance(value, Mapping)
        self._value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not self._is_object:
            self._type_defect(path, "an object")

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def at(self, name: str) -> str:
        """Return the path of the field `name`."""
        return f"{self.path}.{name}" if self.path else name

    def fail(
        self, name: str, reason: str, kind: DefectKind = "rule", choices: Collection[str] = ()
    ) -> None:
        """Note that the field `name` is wrong; of what is no object nothing more is said."""
        if self._is_object:
            self.defects.append(Defect(self.at(name), reason, kind, tuple(choices)))

    def raw(self, name: str) -> Any:
        """Return the field as it is; absent and null are None."""
        return self._value.get(name)

    def inner(self, name: str) -> "Fields | None":
        """Return a reader of the object in the field `name`."""
        value = self._value.get(name)
        if value is None:
            return None
        return Fields(value, self.at(name), self.defects, wrong_type=self._wrong_type)

    def require(self, name: str) -> bool:
        """Note a defect where the field is absent or null; tell whether it is there."""
        if self._value.get(name) is None:
            self.fail(name, "is required", "missing")
            return False
        return True

    def text(self, name: str, *, required: bool = False) -> str | None:
        """Return a string; an empty one is a defect."""
        value = self._value.get(name)
        if value is None:
            if required:
                self.fail(name, "is required", "missing")
            return None
        if not isinstance(value, str):
            self._type_defect(self.at(name), "a string")
            return None
        if not value:
            self.fail(name, "must not be empty")
            return None
        return value

    def choice(self, name: str, options: Collection[str], *, required: bool = False) -> str | None:
        """Return one of `options`."""
        value = self.text(name, required=required)
        if value is not None and value not in options:
            self.fail(name, f"must be one of {', '.join(options)}", "choice", options)
            return None
        return value

    def number(self, name: str, allowed: Range | None) -> float | None:
        """Return a finite number within `allowed`."""
        value = self._value.get(name)
        if value is None:
            return None
        found = _as_number(value)
        if found is None:
            self._type_defect(self.at(name), "a number")
            return None
        if allowed is not None and found not in allowed:
            reason = f"must be between {allowed.low:g} and {allowed.high:g}"
            self.fail(name, reason, "range")
            return None
        return found

    def integer(self, name: str, allowed: Range | None) -> int | None:
        """Return a whole number within `allowed`."""
        found = self.number(name, allowed)
        if found is None:
            return None
        if not found.is_integer():
            self._type_defect(self.at(name), "a whole number")
            return None
        return int(found)

    def count(self, name: str) -> int | None:
        """Return a whole number of 0 and more."""
        found = self.integer(name, None)
        if found is not None and found < 0:
            self.fail(name, "must be 0 or more", "range")
            return None
        return found

    def boolean(self, name: str) -> bool | None:
        """Return true or false."""
        value = self._value.get(name)
        match value:
            case None | bool():
                return value
            case "true":
                return True
            case "false":
                return False
            case _:
                self._type_defect(self.at(name), "true or false", ("true", "false"))
                return None

    def array(self, name: str) -> Sequence[Any] | None:
        """Return an array."""
        value = self._value.get(name)
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            self._type_defect(self.at(name), "an array")
            return None
        return value

    def strings(self, name: str) -> tuple[str, ...] | None:
        """Return an array of strings; an empty one stays distinct from an absent one."""
        value = self.array(name)
        if value is None:
            return None
        if not all(isinstance(item, str) for item in value):
            self._type_defect(self.at(name), "an array of strings")
            return None
        return tuple(value)

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """Return an object as it is."""
        value = self._value.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self._type_defect(self.at(name), "an object")
            return None
        return value

    def url(self, name: str, schemes: Collection[str] = ("http", "https")) -> str | None:
        """Return an absolute URL given as a string."""
        value = self.text(name)
        if value is not None and not is_url(value, schemes):
            self.fail(name, f"must be an absolute {' or '.join(schemes)} URL")
            return None
        return value

    def one_url(self, name: str, *, required: bool = False) -> str | None:
        """Return the URL of an array that holds exactly one (6.2); a bare string is a defect."""
        value = self._value.get(name)
        if value is None:
            if required:
                self.fail(name, "is required", "missing")
            return None
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            self._type_defect(self.at(name), "an array that holds one URL")
            return None
        if len(value) != 1:
            self.fail(name, "must hold exactly one URL")
            return None
        if not is_url(value[0], ("http", "https")):
            self.fail(name, "must hold an absolute http or https URL")
            return None
        return str(value[0])

    def method(self, name: str) -> str | None:
        """Return GET or POST."""
        return self.choice(name, METHODS)

    def _type_defect(self, path: str, expected: str, choices: tuple[str, ...] = ()) -> None:
        reason = self._wrong_type or f"must be {expected}"
        self.defects.append(Defect(path, reason, "type", choices))


def is_url(text: str, schemes: Collection[str]) -> bool:
    """Tell whether `text` is an absolute URL of one of `schemes` without blanks or controls."""
    if not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            found = float(value)
        except OverflowError:
            return None
    elif isinstance(value, str) and re.fullmatch(_NUMERIC, value):
        found = float(value)
    else:
        return None
    return found if math.isfinite(found) else None
