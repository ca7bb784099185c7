"""Textual bindings made from the registry. No key is named anywhere else."""

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from console.actions.registry import ACTIONS, BY_ID, Action

_DISPLAY = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "shift+tab": "S-Tab",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "space": "Space",
}


def bindings(actions: Iterable[Action] = ACTIONS) -> list[BindingType]:
    """Return one binding for each action that has a key; pressing it runs `run('<id>')`."""
    return [
        Binding(
            ",".join("comma" if key == "," else key for key in action.keys),
            f"run('{action.id}')",
            action.label,
            tooltip=action.help,
            id=action.id,
        )
        for action in actions
        if action.keys
    ]


def display(key: str) -> str:
    """Return a key as it is written for people: `^p`, `Esc`, `X`."""
    if key in _DISPLAY:
        return _DISPLAY[key]
    return "^" + key.removeprefix("ctrl+") if key.startswith("ctrl+") else key


def key_of(action: str) -> str:
    """Return the key of an action, by its id, as it is written for people."""
    return display(BY_ID[action].keys[0])
