"""The user's keys over those of the registry: which key does what in which view.

The registry stays the one list of actions. A `Keymap` gives some of them other keys, everywhere
or in one view only, and is refused whole when anything about it is wrong: Textual itself takes
every keymap, and loses what it does not understand.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from console.actions.action import Action
from console.actions.registry import ACTIONS, BY_ID, actions_of
from console.actions.view_actions import VIEW_ACTIONS, view_of

Keys = Mapping[str, tuple[str, ...]]
"""Keys by the id of their action."""

Where = Callable[[tuple[str, ...]], str]
"""Says where a value of the file stands, by the names that lead to it: `keymap.toml line 3`."""

KEPT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "back": "escape",
        "pane.next": "tab",
        "pane.previous": "shift+tab",
        "row.down": "down",
        "row.up": "up",
    }
)
"""What moves in forms and lines where one types stays with its action, in every keymap."""

NEEDED: Final = ("quit", "help", "back")
"""What no view may lose the key of."""

NAMED: Final = (
    *("escape", "enter", "tab", "space", "backspace", "delete", "insert"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *(f"f{number}" for number in range(1, 25)),
)
"""Keys that have a name."""
_SAME_AS: Final = MappingProxyType({"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace"})
"""What a terminal sends for these keys is what it sends for the others."""
_CHORD: Final = re.compile(r"(?P<modifiers>(?:(?:ctrl|shift|alt)\+)+)(?P<key>.+)")
_CONTROLS: Final = frozenset(
    {"@", "backslash", "right_square_bracket", "circumflex_accent", "underscore"}
)
"""Signs that Ctrl makes another key of, by the names that the screen's library has for them."""
_UNSURE: Final = frozenset({"space", "enter", "tab", "backspace", "left", "right", "up", "down"})


class KeymapError(Exception):
    """A keymap cannot be used. Its text names the first thing that is wrong and how many more."""

    def __init__(self, problems: Sequence[str]) -> None:
        """`problems` are sentences, each with file and line; there is at least one."""
        more = len(problems) - 1
        super().__init__(f"{problems[0]} (and {more} more)" if more else problems[0])
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Keymap:
    """Which keys actions have; without anything said, those of the registry.

    Attributes:
        everywhere: Keys by action, in every view that has it.
        views: By view: keys by action there, which win.
    """

    everywhere: Keys = field(default_factory=dict)
    views: Mapping[str, Keys] = field(default_factory=dict)

    def keys(self, action: Action, view: str) -> tuple[str, ...]:
        """Return the keys of an action in a view; the first is the one that is shown."""
        here = self.views.get(view, {})
        return here.get(action.id, self.everywhere.get(action.id, action.keys))

    def remapped(self, action: Action, view: str) -> Action:
        """Return an action as a view has it."""
        keys = self.keys(action, view)
        return action if keys == action.keys else replace(action, keys=keys)

    def actions_of(self, view: str) -> tuple[Action, ...]:
        """Return what can be done in a view, in the order of the footer, with its keys."""
        return tuple(self.remapped(action, view) for action in actions_of(view))

    def for_key(self, key: str, view: str) -> Action | None:
        """Return the action of a key in a view, or None."""
        return next((each for each in self.actions_of(view) if key in each.keys), None)

    def changed_in(self, view: str) -> Keys:
        """Return the keys of those actions of a view that the registry gives others."""
        return {
            action.id: self.keys(action, view)
            for action in ACTIONS
            if self.keys(action, view) != action.keys
        }


REGISTRY_KEYS: Final = Keymap()
"""The keys as they come."""


def views_with_keys() -> tuple[str, ...]:
    """Return the ids of all views: those that a digit opens, and those opened from another one."""
    opened = [view for action in VIEW_ACTIONS if (view := view_of(action)) is not None]
    return tuple(dict.fromkeys([*opened, *(view for each in ACTIONS for view in each.views)]))


def checked(
    everywhere: Mapping[str, Sequence[str]],
    views: Mapping[str, Mapping[str, Sequence[str]]],
    where: Where,
) -> Keymap:
    """Return the keymap of what a file says, once nothing about it is wrong.

    Args:
        everywhere: Keys by action (`[keys]`).
        views: By view: keys by action (`[views.NAME]`).
        where: Says where a value stands.

    Raises:
        KeymapError: An action, a view or a key that there is not, a clash within a view, a way
            out that is lost, or a key that would end something at a touch.
    """
    problems = [*_unknown_views(views, where)]
    for table, keys in _tables(everywhere, views):
        problems += _wrong_keys(table, keys, where)
    keymap = Keymap(
        {id_: tuple(keys) for id_, keys in everywhere.items()},
        {view: {id_: tuple(keys) for id_, keys in said.items()} for view, said in views.items()},
    )
    for view in views_with_keys():
        problems += _wrong_view(keymap, view, where)
    if problems:
        raise KeymapError(list(dict.fromkeys(problems)))
    return keymap


def key_problem(key: str) -> str | None:
    """Say why a terminal cannot give a key of this name; None: it can."""
    if key in _SAME_AS:
        return f"a terminal sends the same for it as for {_SAME_AS[key]}"
    if key in NAMED or (len(key) == 1 and key.isprintable() and not key.isspace()):
        return None
    if (found := _CHORD.fullmatch(key)) is None:
        near = get_close_matches(key.lower(), NAMED, 1)
        return f"there is no such key; did you mean {near[0]}?" if near else "there is no such key"
    modifiers, plain = found["modifiers"], found["key"]
    letter = len(plain) == 1 and plain.isascii() and plain.isalpha()
    if letter and modifiers == "shift+":
        return f"write {plain.upper()!r} for it"
    if letter and not plain.islower():
        return f"write {modifiers + plain.lower()!r} for it"
    if letter or (plain in NAMED and plain not in ("escape", "space")):
        return None
    if modifiers == "alt+" and len(plain) == 1:
        return None
    if modifiers == "ctrl+" and plain in _CONTROLS:
        return None
    return "there is no such key"


def acts_at_a_touch(action: Action, key: str) -> bool:
    """Tell whether a key is too easily pressed for what an action does.

    What is dangerous and has no form asks only where the context says so: no small letter, no
    digit, no blank or arrow and no Ctrl key may do it.
    """
    if not action.dangerous or action.form is not None:
        return False
    return (
        key in _UNSURE
        or key.startswith("ctrl+")
        or (len(key) == 1 and (key.islower() or key.isdigit()))
    )


# --- what is wrong -----------------------------------------------------------------------------


def _tables(
    everywhere: Mapping[str, Sequence[str]], views: Mapping[str, Mapping[str, Sequence[str]]]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Sequence[str]]]]:
    yield ("keys",), everywhere
    for view, keys in views.items():
        yield ("views", view), keys


def _unknown_views(views: Mapping[str, object], where: Where) -> Iterator[str]:
    known = views_with_keys()
    for view in views:
        if view not in known:
            yield f"{where(('views', view))}: there is no view {view}; there are {', '.join(known)}"


def _wrong_keys(
    table: tuple[str, ...], said: Mapping[str, Sequence[str]], where: Where
) -> Iterator[str]:
    for id_, keys in said.items():
        place = where((*table, id_))
        action = BY_ID.get(id_)
        if action is None:
            near = get_close_matches(id_, BY_ID, 1)
            hint = f"; did you mean {near[0]}?" if near else "; `voice-console keys` lists them"
            yield f"{place}: there is no action {id_}{hint}"
            continue
        if len(table) > 1 and table[1] in views_with_keys() and not action.is_in(table[1]):
            yield f"{place}: the view {table[1]} has no action {id_}"
        for key in keys:
            if (why := key_problem(key)) is not None:
                yield f"{place}: {id_} cannot have the key {key!r}: {why}"
            elif acts_at_a_touch(action, key):
                yield (
                    f"{place}: {id_} cannot have the key {key!r}: it is dangerous; take a capital "
                    "letter, a sign or a function key"
                )
        if (kept := KEPT.get(id_)) is not None and kept not in keys:
            yield f"{place}: {id_} must keep the key {kept!r} among its keys: forms need it"


def _wrong_view(keymap: Keymap, view: str, where: Where) -> Iterator[str]:
    owners: dict[str, Action] = {}
    for action in keymap.actions_of(view):
        for key in dict.fromkeys(action.keys):
            if (owner := owners.setdefault(key, action)) is action:
                continue
            place = where(_said_at(keymap, action, view) or _said_at(keymap, owner, view) or ())
            yield (
                f"{place}: in the view {view} the key {key!r} would be that of {owner.id} and "
                f"of {action.id}; give one of them another"
            )
        if action.id in NEEDED and not action.keys:
            place = where(_said_at(keymap, action, view) or ())
            yield f"{place}: {action.id} must have a key, or nobody finds the way"


def _said_at(keymap: Keymap, action: Action, view: str) -> tuple[str, ...] | None:
    """Return the names that lead to what the file says of an action; None: nothing."""
    if action.id in keymap.views.get(view, {}):
        return ("views", view, action.id)
    return ("keys", action.id) if action.id in keymap.everywhere else None
