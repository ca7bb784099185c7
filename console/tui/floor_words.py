"""Sentences of the calls: what there is none of, where else one can go, what the API told."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from console.actions.action import CALLS
from console.floor.action_ids import RECONCILES
from console.floor.fold import Floor
from console.floor.views import Changes, Stage
from console.tui.dialogs.dialog import literal
from console.tui.keys import key_of

if TYPE_CHECKING:
    from console.tui.screens.view_screen import ViewScreen

_SHORT: Final = MappingProxyType({"applications": "apps", "recordings": "rec"})
"""Names of views where the border has no room for all of them in full."""
_EDGES: Final = 4
"""Cells of a border in which nothing is said."""


def no_calls(screen: "ViewScreen", *, filtered: bool) -> tuple[str, ...]:
    """Return why the list of calls is empty, and what brings calls into it."""
    if filtered:
        return ("No call passes the filter.", f"{key_of('back', screen)} shows all of them.")
    if screen.desk.performer.situation(None).replay:
        return ("No call was up at this moment.",)
    places = f"{key_of('call.create', screen)} places one"
    if screen.desk.context.is_sandbox:
        brings = f"{places}, {key_of('call.dialin', screen)} dials in as a caller."
    else:
        brings = f"{places}; one that comes in appears by itself."
    return ("No calls yet.", brings)


def no_events(*, filtered: bool) -> str:
    """Return why the list of events is empty."""
    return "Nothing of this happened." if filtered else "Nothing happened yet."


def other_views(screen: "ViewScreen", width: int) -> str:
    """Return the digits of the other views where no line has room for them.

    Args:
        screen: The calls.
        width: Cells of the pane that they stand at the foot of.
    """
    if not screen.has_class("-short"):
        return ""
    digits = [(key, name) for id_, key, name in screen.views.digits() if CALLS not in id_]
    said = "  ".join(f"{key} {name}" for key, name in digits)
    if len(said) > width - _EDGES:
        said = "  ".join(f"{key} {_SHORT.get(name, name)}" for key, name in digits)
    return literal(said)


def reconciled(floor: Floor, changes: Changes) -> Iterator[str]:
    """Yield what the API told otherwise, once all of its answers are there."""
    for id_ in changes.attempts:
        attempt = floor.attempt(id_)
        if attempt is None or attempt.action != RECONCILES:
            continue
        if attempt.stage is Stage.PROVEN:
            yield f"reconciled: {attempt.reason}"
        elif attempt.stage is Stage.FAILED:
            yield f"✗ not reconciled: {attempt.reason}"
