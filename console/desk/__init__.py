"""Everything of one open context: journal, receiver, client, floor, actions.

Names are loaded when they are asked for: who only watches or replays needs neither client nor
receiver, and is drawn the sooner.
"""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from console.client.pacing import Gauge
    from console.desk.live import Desk, open_desk
    from console.desk.past import PastDesk
    from console.desk.replay import ReplayDesk, open_replay
    from console.desk.status import Connection, DeskError, DeskStatus

__all__ = [
    "Connection",
    "Desk",
    "DeskError",
    "DeskStatus",
    "Gauge",
    "PastDesk",
    "ReplayDesk",
    "open_desk",
    "open_replay",
]

_WHERE: Final = MappingProxyType(
    {
        "Connection": "console.desk.status",
        "Desk": "console.desk.live",
        "DeskError": "console.desk.status",
        "DeskStatus": "console.desk.status",
        "Gauge": "console.client.pacing",
        "PastDesk": "console.desk.past",
        "ReplayDesk": "console.desk.replay",
        "open_desk": "console.desk.live",
        "open_replay": "console.desk.replay",
    }
)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)
