"""`docs/keys.md`, made from the registry."""

import sys
from collections.abc import Sequence

from console.actions.action import EVERY_VIEW
from console.actions.registry import ACTIONS, Action
from console.actions.view_actions import VIEW_ACTIONS, view_of

_HEAD = """# Keys

Made from the registry of actions (`console/actions/registry.py`) by
`python -m console.actions.keys_page > docs/keys.md`; a test fails when it is stale.

A key that cannot do anything now is dimmed and says why. A key marked *asks* wants a yes first,
default No, as the context's confirmation level says. Every action is in the palette (`ctrl+p`).
"""


def keys_page() -> str:
    """Return the whole page: the views in the order of their digits, then what all of them have."""
    parts = [_HEAD]
    for opens in VIEW_ACTIONS:
        view = view_of(opens)
        own = [action for action in ACTIONS if view in action.views]
        parts += [f"## View `{opens.keys[0]}`: {opens.label}\n", _table(own), ""]
    parts += ["## Every view\n", _table([each for each in ACTIONS if each.views == EVERY_VIEW])]
    return "\n".join((*parts, ""))


def _table(actions: Sequence[Action]) -> str:
    rows = [_row(action) for action in actions]
    return "\n".join(("| Key | Command | On | What it does |", "| --- | --- | --- | --- |", *rows))


def _row(action: Action) -> str:
    keys = " ".join(f"`{key}`" for key in action.keys) or "palette"
    on = {"none": "", "either": "leg or conversation"}.get(action.target.value, action.target.value)
    asks = " *asks*" if action.dangerous else ""
    return f"| {keys} | `:{action.command}` | {on} | {action.help}{asks} |"


if __name__ == "__main__":
    sys.stdout.write(keys_page())
