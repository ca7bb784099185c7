"""`docs/keys.md`, made from the registry."""

import sys

from console.actions.registry import ACTIONS, Action, Scope

_HEAD = """# Keys

Made from the registry of actions (`console/actions/registry.py`) by
`python -m console.actions.keys_page > docs/keys.md`; a test fails when it is stale.

A key that cannot do anything now is dimmed and says why. A key marked *asks* wants a yes first,
default No, as the context's confirmation level says. Every action is in the palette (`ctrl+p`).
"""


def keys_page() -> str:
    """Return the whole page."""
    return "\n".join(
        (
            _HEAD,
            "## Calls\n",
            _table(Scope.DESK),
            "\n## Screen\n",
            _table(Scope.VIEW),
            "",
        )
    )


def _table(scope: Scope) -> str:
    rows = [_row(action) for action in ACTIONS if action.scope is scope]
    return "\n".join(("| Key | Command | On | What it does |", "| --- | --- | --- | --- |", *rows))


def _row(action: Action) -> str:
    keys = " ".join(f"`{key}`" for key in action.keys) or "palette"
    on = {"none": "", "either": "leg or conversation"}.get(action.target.value, action.target.value)
    asks = " *asks*" if action.dangerous else ""
    return f"| {keys} | `:{action.command}` | {on} | {action.help}{asks} |"


if __name__ == "__main__":
    sys.stdout.write(keys_page())
