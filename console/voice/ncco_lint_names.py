"""Names in an NCCO that nobody reads (6.1, 11.2).

Which names are read is not written down a second time: the strict reader says it, by asking.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from console.voice.ncco_lint_rules import Remark

REST_NAMES: Final = {
    "advanced_machine_detection": "advancedMachineDetection",
    "conversation_id": "conversationId",
}
"""REST names that are taken in an NCCO too, by the name that an NCCO has for it (6.5, 6.10)."""
_FLAT_INPUT: Final = frozenset({"timeOut", "maxDigits", "submitOnHash"})


class Watched(dict[str, Any]):
    """A JSON object that notes which of its members were asked for."""

    __slots__ = ("asked",)

    def __init__(self, members: dict[str, Any]) -> None:
        super().__init__(members)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None, /) -> Any:
        """Return a member and note its name."""
        self.asked.add(name)
        return super().get(name, default)


def watched(value: object) -> Any:
    """Return a JSON value whose objects, at every depth, note what is asked for."""
    if isinstance(value, dict):
        return Watched({name: watched(member) for name, member in value.items()})
    if isinstance(value, list):
        return [watched(item) for item in value]
    return value


def check_names(value: object, path: str = "") -> Iterator[Remark]:
    """Find the names that the reader which went over a watched value did not ask for.

    What nobody asked anything is free in its names, such as a payload or headers.
    """
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from check_names(item, f"{path}[{index}]")
    if not isinstance(value, Watched) or not value.asked or _is_unreadable(value):
        return
    for name, member in value.items():
        at = f"{path}.{name}" if path else name
        if name in REST_NAMES:
            yield _snake_case(name, at)
        elif name not in value.asked:
            yield _unread(value, name, at)
        yield from check_names(member, at)


def _is_unreadable(value: Watched) -> bool:
    """Tell whether the reader stopped at the first word: an unknown action or endpoint type."""
    return value.asked <= {"action"} or value.asked <= {"type"}


def _snake_case(name: str, at: str) -> Remark:
    wanted = REST_NAMES[name]
    return Remark(
        "snake-case",
        at,
        f"has its REST name; an NCCO writes {wanted}",
        f"Rename it to {wanted}.",
        at_name=True,
    )


def _unread(value: Watched, name: str, at: str) -> Remark:
    if name in _FLAT_INPUT and super(Watched, value).get("action") == "input":
        reason = "is not read beside type or dtmf"
        return Remark("flat-input", at, reason, f"Move {name} into dtmf.", at_name=True)
    plain = {_plain(asked): asked for asked in sorted(value.asked - set(REST_NAMES))}
    meant = plain.get(_plain(name))
    if meant is not None and "_" in name and "_" not in meant and "-" not in meant:
        reason = f"is a REST name and is not read; an NCCO writes {meant}"
        return Remark("snake-case", at, reason, f"Rename it to {meant}.", at_name=True)
    if meant is not None:
        reason = f"is not read: the option is called {meant}"
        return Remark("wrong-name", at, reason, f"Rename it to {meant}.", at_name=True)
    near = get_close_matches(name, value.asked, 1, 0.75)
    step = f"Did you mean {near[0]}? Otherwise take it out." if near else "Take it out."
    return Remark("unknown-option", at, "is not known and is ignored", step, at_name=True)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
