"""The engine: legs, conversations and scripts as one deterministic machine.

The same settings, seed and inputs at the same times give the same effects. It has no clock and
does no I/O: shells carry out its effects and report back by inputs.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from console.sandbox.engine import (
    collecting,
    delivery,
    detecting,
    detection,
    far_ends,
    hearing,
    legs,
    playing,
    queries,
    recognising,
    recording,
    requests,
    signals,
    sockets,
    sounding,
    speaking,
    transcribing,
)
from console.sandbox.engine.behaviours import Behaviour
from console.sandbox.engine.core import Advance, Core
from console.sandbox.engine.effects import Effect, Hearing
from console.sandbox.engine.inputs import (
    DialIn,
    FarEndAnswer,
    FarEndDtmf,
    FarEndHangup,
    FarEndPlay,
    FarEndReject,
    FarEndSay,
    Input,
    KeyHeard,
    KeyReleased,
    Recognised,
    RecordingWritten,
    Reset,
    SocketClosed,
    SocketOpened,
    SocketRefused,
    SoundPrepared,
    TimerFired,
    Transcribed,
    VoiceBegan,
    VoiceEnded,
    WebhookAnswered,
    WebhookFailed,
)
from console.sandbox.engine.settings import EngineSettings
from console.sandbox.engine.state import Alarm, Leg, Named, State
from console.voice.calls import CallFilter


class Engine:
    """The deterministic core of the sandbox.

    Args:
        settings: The application and the facts around it; `update_settings` replaces them.
        seed: All ids and choices come from it.
        dialled_ms: When new legs were made of late, shared by the engines of an account: its
            limit is one (3.12). None: shared with nobody.
    """

    def __init__(
        self, settings: EngineSettings, seed: int, dialled_ms: deque[int] | None = None
    ) -> None:
        self._core = Core(settings, seed, deque() if dialled_ms is None else dialled_ms)

    def handle(self, now_ms: int, happened: Input) -> list[Effect]:
        """Take one input at `now_ms` (Unix milliseconds) and return what is to be done.

        A request of the API or of a far end has exactly one `Reply` among its effects, the
        first one. Timers, webhooks and files that the engine no longer waits for are ignored.
        """
        core = self._core
        core.now_ms = now_ms
        _take(core, happened)
        signals.drain(core)
        for conversation in core.touched:
            if conversation in core.state.rooms:
                recording.attend(core, core.state.rooms[conversation])
        hearing.settle(core)
        return core.take_effects()

    # --- settings ----------------------------------------------------------------------------

    @property
    def settings(self) -> EngineSettings:
        """The settings in use."""
        return self._core.settings

    def update_settings(self, settings: EngineSettings) -> None:
        """Use other settings from now on; live legs go on with them."""
        self._core.settings = settings

    def set_behaviour(self, number: str, behaviour: Behaviour | None) -> None:
        """Set how a destination takes its next calls; None gives back what it did before.

        Args:
            number: E.164 digits, or the URI, user name or extension of another endpoint.
            behaviour: What it does.
        """
        if behaviour is None:
            self._core.state.behaviours.pop(number, None)
        else:
            self._core.state.behaviours[number] = behaviour

    def behaviours(self) -> dict[str, Behaviour]:
        """Return what was set by `set_behaviour`."""
        return dict(self._core.state.behaviours)

    # --- queries -----------------------------------------------------------------------------

    def call(self, uuid: str) -> dict[str, Any] | None:
        """Return the call object of a leg (3.4), None where there is no such leg."""
        leg = self._core.state.leg(uuid)
        return None if leg is None else queries.call(leg).to_wire()

    def call_page(self, asked: CallFilter) -> dict[str, Any]:
        """Return the body of `GET /v1/calls` (3.3)."""
        return queries.page(self._core, asked)

    def calls(self, now_ms: int) -> list[dict[str, Any]]:
        """Return the read-back object of each leg since the start, the oldest first."""
        core = self._core
        return [queries.read_back(core, leg, now_ms) for leg in queries.all_legs(core)]

    def leg(self, uuid: str, now_ms: int) -> dict[str, Any] | None:
        """Return the read-back object of one leg, None where there is no such leg."""
        leg = self._core.state.leg(uuid)
        return None if leg is None else queries.read_back(self._core, leg, now_ms)

    def find(self, uuid: str) -> Leg | None:
        """Return a leg, live or ended, to be read only; None where there is none."""
        return self._core.state.leg(uuid)

    def live(self) -> tuple[Leg, ...]:
        """Return the live legs, to be read only, the oldest first."""
        return tuple(self._core.state.live.values())

    def ended(self) -> dict[str, Leg]:
        """Return the legs that are kept though over, by uuid, in the order of their ends."""
        return self._core.state.ended

    def restore(self, legs: Iterable[Leg]) -> None:
        """Take legs that ended before the sandbox was started again; nothing is sent."""
        for leg in legs:
            self._core.state.ended[leg.uuid] = leg

    def names(self) -> dict[str, Named]:
        """Return the names of conversations, the newest last, to be read only (6.4)."""
        return self._core.state.names

    def restore_names(self, names: Mapping[str, Named]) -> None:
        """Take names that were given before the sandbox was started again."""
        self._core.state.names.update(names)

    def counts(self) -> dict[str, int]:
        """Return how many legs, conversations, recordings, webhooks and timers there are."""
        return queries.counts(self._core)


def _take(core: Core, happened: Input) -> None:
    match happened:
        case (
            DialIn()
            | FarEndDtmf()
            | FarEndSay()
            | FarEndPlay()
            | FarEndAnswer()
            | FarEndReject()
            | FarEndHangup()
        ):
            far_ends.handle(core, happened)
        case TimerFired(timer):
            due = core.fired(timer)
            if due is not None:
                _alarm(core, *due)
        case WebhookAnswered():
            delivery.answered(core, happened)
        case WebhookFailed():
            delivery.failed(core, happened)
        case SoundPrepared(sound, duration_ms, reason):
            if not speaking.prepared(core, sound, duration_ms):
                playing.prepared(core, sound, duration_ms, reason)
        case KeyHeard() | KeyReleased() | VoiceBegan() | VoiceEnded():
            detecting.handle(core, happened)
        case Recognised():
            recognising.recognised(core, happened)
        case RecordingWritten(file, size):
            if not recognising.saved(core, file, size):
                recording.written(core, file, size)
        case Transcribed():
            transcribing.done(core, happened)
        case SocketOpened() | SocketRefused() | SocketClosed():
            sockets.handle(core, happened)
        case Reset():
            _reset(core)
        case _:
            requests.handle(core, happened)


def _alarm(core: Core, leg: Leg, alarm: Alarm) -> None:
    match alarm:
        case Alarm.FAR_END:
            far_ends.acts(core, leg)
        case Alarm.RINGING:
            legs.refuse(core, leg, legs.TIMED_OUT)
        case Alarm.LENGTH:
            legs.end(core, leg, "platform")
        case Alarm.LEAVING:
            legs.end(core, leg, "user")
        case Alarm.DETECTION:
            detection.verdict(core, leg)
        case Alarm.BEEP:
            detection.beep(core, leg)
        case Alarm.PLAYING:
            playing.played(core, leg)
        case Alarm.PROMPT:
            playing.prompted(core, leg)
        case Alarm.PLAYBACK:
            playing.played_back(core, leg)
        case Alarm.TONES:
            sounding.tones_over(core, leg)
        case Alarm.DIGITS:
            collecting.digits_over(core, leg)
        case Alarm.SPEECH:
            collecting.speech_over(core, leg)
        case Alarm.GREETING:
            speaking.greet(core, leg)
        case Alarm.WAIT:
            if leg.script is not None:
                core.tell(Advance(leg.uuid, leg.script.token))
        case Alarm.RECORD_START | Alarm.RECORD_SILENCE | Alarm.RECORD_END:
            recording.fired(core, leg, alarm)
        case _ as never:
            assert_never(never)


def _reset(core: Core) -> None:
    core.reply(204)
    for leg in core.state.live.values():
        core.cancel_timer(leg, *list(leg.timers))
        legs.silence(core, leg)
        if leg.script is not None:
            playing.hush(core, leg, leg.script)
    for running in core.state.recordings.values():
        recording.end_beep(core, running)
    for conversation in core.state.hearing:
        core.do(Hearing(conversation, ((conversation, frozenset()),)))
    behaviours = core.state.behaviours
    core.state = State(behaviours=behaviours)
    core.touched.clear()
    core.dialled_ms.clear()
