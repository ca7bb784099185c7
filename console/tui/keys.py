"""Textual bindings made from the registry, and the user's keys over them.

No key is named anywhere else.
"""

from collections.abc import Iterable
from typing import Final

from textual.binding import Binding, BindingType
from textual.widget import Widget

from console.actions.form_actions import FORM, FORM_ACTIONS
from console.actions.keymap import Keymap
from console.actions.registry import ACTIONS, BY_ID, Action
from console.tui.surroundings import keys_here

TYPED: Final = frozenset({"command", "filter"})
"""Actions after which one types."""

_DISPLAY: Final = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "space": "Space",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "backspace": "Bksp",
    "delete": "Del",
    "insert": "Ins",
    "backslash": "\\",
    "right_square_bracket": "]",
    "circumflex_accent": "^",
    "underscore": "_",
    "ctrl+@": "^Space",
}
_MODIFIERS: Final = {"ctrl+": "^", "shift+": "S-", "alt+": "A-"}


def bindings(actions: Iterable[Action] = ACTIONS) -> list[BindingType]:
    """Return one binding for each action; pressing its key runs `run('<id>')`.

    An action without a key is bound to one that no terminal sends, so that a keymap can give it
    another.
    """
    return [
        Binding(
            _listed(action.id, action.keys),
            f"run('{action.id}')",
            action.label,
            tooltip=action.help,
            id=action.id,
            # Opened before the next key is looked at: what is typed in one burst is text.
            priority=action.id in TYPED,
        )
        for action in actions
    ]


def binding_keys(keymap: Keymap, view: str) -> dict[str, str]:
    """Return what `App.set_keymap` takes for a view: the keys by action, where they are changed."""
    changed = {**keymap.changed_in(view)}
    # A form is over the view, with keys of its own.
    for action in FORM_ACTIONS:
        if (keys := keymap.keys(action, FORM)) != action.keys:
            changed[action.id] = keys
    return {id_: _listed(id_, keys) for id_, keys in changed.items()}


def display(key: str) -> str:
    """Return a key as it is written for people: `^p`, `Esc`, `X`."""
    for modifier, sign in _MODIFIERS.items():
        if key not in _DISPLAY and key.startswith(modifier):
            return sign + display(key.removeprefix(modifier))
    return _DISPLAY.get(key, key.upper() if key[:1] == "f" and key[1:].isdigit() else key)


def key_of(action: str, widget: Widget) -> str:
    """Return the key of an action where `widget` is shown, as it is written for people.

    An action that the user left without a key is named as it is typed: `:refresh`.
    """
    keymap, view = keys_here(widget)
    known = BY_ID[action]
    view = FORM if FORM in known.views else view
    keys = keymap.keys(known, view)
    return display(keys[0]) if keys else f":{known.command}"


def _listed(action: str, keys: Iterable[str]) -> str:
    return ",".join("comma" if key == "," else key for key in keys) or f"<{action}>"
