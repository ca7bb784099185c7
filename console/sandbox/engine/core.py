"""What every module of the engine works with: the state, the time, and what is to be done."""

from collections import deque
from dataclasses import dataclass
from random import Random

from console.sandbox.engine.effects import CancelTimer, Effect, Reply, StartTimer
from console.sandbox.engine.settings import EngineSettings
from console.sandbox.engine.state import Alarm, Leg, Script, State, Then, Waiting
from console.voice.ncco import Ncco

# --- what modules tell each other; the engine routes it ----------------------------------------


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """Media of a leg is up."""

    uuid: str


@dataclass(frozen=True, slots=True)
class LegReady:
    """A leg is answered and nothing (machine detection) holds its script back."""

    uuid: str


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A leg is over, has left its conversation, and its last event is on its way.

    `replying`: its failure event may be answered by an NCCO, for which the caller's script
    waits.
    """

    uuid: str
    replying: bool


@dataclass(frozen=True, slots=True)
class LegLeft:
    """A live leg moved from one conversation into another."""

    uuid: str


@dataclass(frozen=True, slots=True)
class Advance:
    """What the script of a leg waited for is over, if `token` is still its wait."""

    uuid: str
    token: int


@dataclass(frozen=True, slots=True)
class ScriptFinished:
    """The last action of a script is done."""

    uuid: str


@dataclass(frozen=True, slots=True)
class RoomStarted:
    """A conversation that waited for its moderator begins."""

    room: str


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """A leg left (`left`) or a script ended: whoever is alone with nothing to do goes."""

    room: str
    left: str | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """A webhook that may carry an NCCO is through: `ncco` None where none came."""

    then: Then
    ncco: Ncco | None


Signal = (
    LegAnswered
    | LegReady
    | LegEnded
    | LegLeft
    | Advance
    | ScriptFinished
    | RoomStarted
    | RoomChanged
    | Replied
)


class Core:
    """State, time, chance and the effects of the input at hand."""

    __slots__ = (
        "_count",
        "_effects",
        "dialled_ms",
        "now_ms",
        "random",
        "settings",
        "signals",
        "state",
        "touched",
    )

    def __init__(self, settings: EngineSettings, seed: int, dialled_ms: deque[int]) -> None:
        self.settings = settings
        self.random = Random(seed)
        self.state = State()
        self.dialled_ms = dialled_ms
        """When the latest outbound legs of the account were made (3.12)."""
        self.now_ms = 0
        self.signals: deque[Signal] = deque()
        self.touched: dict[str, None] = {}
        """Conversations in which someone may hear something else now, in this order."""
        self._effects: list[Effect] = []
        self._count = 0

    def do(self, effect: Effect) -> None:
        """Add an effect."""
        self._effects.append(effect)

    def reply(self, status: int, body: dict[str, object] | None = None) -> None:
        """Answer the request at hand."""
        self._effects.append(Reply(status, body))

    def tell(self, signal: Signal) -> None:
        """Have `signal` routed after what is being done now."""
        self.signals.append(signal)

    def touch(self, conversation: str) -> None:
        """Have it looked at after this input who hears what in a conversation."""
        self.touched[conversation] = None

    def take_effects(self) -> list[Effect]:
        """Return the effects since the last call."""
        effects = self._effects
        self._effects = []
        return effects

    def count(self) -> int:
        """Return the next number; names of timers, webhooks and waits are made of it."""
        self._count += 1
        return self._count

    def wait_for(self, script: Script, what: Waiting) -> int:
        """Let a script wait; return the token of this wait."""
        script.waiting = what
        script.token = self.count()
        return script.token

    def dashed(self) -> str:
        """Return a new dashed UUID (version 4)."""
        bits = self.random.getrandbits(128)
        bits = bits & ~(0xF000 << 64) | 0x4000 << 64
        bits = bits & ~(0xC000 << 48) | 0x8000 << 48
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def start_timer(self, leg: Leg, alarm: Alarm, after_ms: float) -> None:
        """Set the timer `alarm` of a leg; one that runs is replaced."""
        self.cancel_timer(leg, alarm)
        timer = f"{alarm.value}-{self.count()}"
        leg.timers[alarm] = timer
        self.state.timers[timer] = (leg.uuid, alarm)
        self._effects.append(StartTimer(timer, self.now_ms + max(round(after_ms), 0)))

    def cancel_timer(self, leg: Leg, *alarms: Alarm) -> None:
        """Stop those of the timers of a leg that run."""
        for alarm in alarms:
            timer = leg.timers.pop(alarm, None)
            if timer is not None:
                del self.state.timers[timer]
                self._effects.append(CancelTimer(timer))

    def fired(self, timer: str) -> tuple[Leg, Alarm] | None:
        """Take a timer that is due; None where it was cancelled meanwhile."""
        owner = self.state.timers.pop(timer, None)
        if owner is None:
            return None
        uuid, alarm = owner
        leg = self.state.live[uuid]
        del leg.timers[alarm]
        return leg, alarm
