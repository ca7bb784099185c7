"""Everything of one open context: journal, receiver, client, floor, actions."""

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
