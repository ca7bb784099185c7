"""`docs/keys.md`, made from the registry."""

import sys
from collections.abc import Sequence

from console.actions.action import EVERY_VIEW
from console.actions.keymap import KEPT, NAMED, NEEDED
from console.actions.pane_actions import SEARCH, SEARCH_ACTIONS
from console.actions.registry import ACTIONS, BY_ID, Action
from console.actions.time_actions import TIME, TIME_ACTIONS
from console.actions.view_actions import VIEW_ACTIONS, view_of

_HEAD = """# Keys

Made from the registry of actions (`console/actions/registry.py`) by
`python -m console.actions.keys_page > docs/keys.md`; a test fails when it is stale.

A key that cannot do anything now is dimmed and says why. A key marked *asks* wants a yes first,
default No, as the context's confirmation level says. Every action is in the palette (`PALETTE`).
`voice-console keys` lists the keys as they are in force, yours among them.
""".replace("PALETTE", BY_ID["palette"].keys[0])

_OWN = """## Your own keys

`keymap.toml` beside the configuration (Linux: `~/.config/voice-console/keymap.toml`) gives actions
other keys, everywhere or in one view. An action keeps its keys where the file says nothing.

```toml
[keys]
leg.mute = "h"                  # a key
quit = ["Q", "ctrl+q"]          # or several; the first is shown
pause = []                      # or none: the palette and `:pause` still have it

[views.ladder]                  # only there
filter = ["f", "f7"]
```

The names of actions and views are those of `voice-console keys`. A key is a character (`h`, `X`,
`?`), a name (NAMES, `f1` to `f24`), or either after `ctrl+`, `alt+` or `shift+`. Where the id of an
action is the beginning of another one (`ladder`, `ladder.rung`) put the longer one in quotes.

The file is taken whole or not at all. What is wrong with it is shown when the console starts, which
then has the keys of the house; `voice-console keys --check` names every mistake with file and line
and ends with exit code 2. Refused are:

- an action, a view or a key that there is not, or that a terminal cannot tell from another one;
- the same key for two actions of one view;
- a view without a key for NEEDED;
- a small letter, a digit, a blank, an arrow or a Ctrl key on what is dangerous and opens no form;
- other keys in place of those that forms need: KEPT stay, others may be added.
"""


_SEARCH = """Once a text was searched (`/` where a text has the place of a list) these keys are
its own until Esc (`docs/views.md`).
"""
_TIME = """While the time machine is on, and in a replay, these keys are its own in every view
(`docs/time-machine.md`).
"""


def keys_page() -> str:
    """Return the whole page: the views by their digits, those without one, what all have."""
    parts = [_HEAD]
    for opens in VIEW_ACTIONS:
        view = view_of(opens)
        own = [action for action in ACTIONS if view in action.views]
        parts += [f"## View `{opens.keys[0]}`: {opens.label}\n", _table(own), ""]
    digits = {SEARCH, TIME, *(view_of(opens) for opens in VIEW_ACTIONS)}
    for view in dict.fromkeys(view for each in ACTIONS for view in each.views):
        if view not in digits:
            own = [action for action in ACTIONS if view in action.views]
            parts += [f"## View: {view}\n", _table(own), ""]
    parts += ["## Time machine\n", _TIME, _table(TIME_ACTIONS), ""]
    parts += ["## Search in a text\n", _SEARCH, _table(SEARCH_ACTIONS), ""]
    parts += ["## Every view\n", _table([each for each in ACTIONS if each.views == EVERY_VIEW])]
    parts += ["", _own()]
    return "\n".join(parts)


def _own() -> str:
    """Return how to have other keys."""
    names = ", ".join(f"`{name}`" for name in NAMED if not name[1:].isdigit())
    kept = ", ".join(f"`{key}`" for key in KEPT.values())
    needed = ", ".join(NEEDED[:-1]) + f" or {NEEDED[-1]}"
    return _OWN.replace("NAMES", names).replace("KEPT", kept).replace("NEEDED", needed)


def _table(actions: Sequence[Action]) -> str:
    if not actions:
        return "Nothing but the keys of every view."
    rows = [_row(action) for action in actions]
    return "\n".join(("| Key | Command | On | What it does |", "| --- | --- | --- | --- |", *rows))


def _row(action: Action) -> str:
    keys = " ".join(f"`{key}`" for key in action.keys) or "palette"
    on = {"none": "", "either": "leg or conversation"}.get(action.target.value, action.target.value)
    asks = " *asks*" if action.dangerous else ""
    return f"| {keys} | `:{action.command}` | {on} | {action.help}{asks} |"


if __name__ == "__main__":
    sys.stdout.write(keys_page())
