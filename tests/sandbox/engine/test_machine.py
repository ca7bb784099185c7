"""Any sequence of inputs keeps the engine's promises."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from console.sandbox.engine import hearing, rooms
from console.sandbox.engine.effects import (
    CloseLine,
    CloseSocket,
    Effect,
    Hearing,
    OpenLine,
    OpenSocket,
    PlayBeep,
    PlaySound,
    PlayTones,
    PrepareSound,
    Reply,
    SendWebhook,
    Speak,
    StopSound,
)
from console.sandbox.engine.engine import Engine
from console.sandbox.engine.inputs import (
    CreateCall,
    DialIn,
    Input,
    ModifyCall,
    RecordingWritten,
    SocketClosed,
    SocketOpened,
    SocketRefused,
    SoundPrepared,
    Transcribed,
    TransferCall,
    WebhookAnswered,
    WebhookFailed,
)
from console.sandbox.engine.media_state import Playing, Socket
from console.sandbox.engine.settings import answer_target
from console.sandbox.engine.state import (
    Alarm,
    Delivery,
    Leg,
    Purpose,
    Script,
    State,
    Then,
    Waiting,
)
from console.voice.calls import parse_new_call
from console.voice.endpoints import Phone
from console.voice.ncco import parse_ncco
from console.voice.statuses import TRANSITIONS, Status
from tests.sandbox.engine.playbook import APP, OURS, SETTINGS, Play
from tests.sandbox.engine.strategies import (
    ANSWERING,
    BOOLEAN,
    DETECTIONS,
    FAR_ENDS,
    NCCOS,
    REQUESTS,
)


def answered(hook: SendWebhook, ncco: list[Any] | None, status: int = 200) -> WebhookAnswered:
    body = b"" if ncco is None else json.dumps(ncco).encode()
    return WebhookAnswered(hook.delivery, status, "application/json", body)


def pending(state: State) -> list[Delivery]:
    return list(state.deliveries.values())


def comes(state: State, leg: Leg, script: Script) -> bool:
    """Tell whether something that is on its way will end the wait of a script."""

    def sounds(playing: Playing, alarm: Alarm) -> bool:
        preparing = any(sound.playing is playing for sound in state.sounds.values())
        return alarm in leg.timers or preparing or playing.loop == 0

    match script.waiting:
        case Waiting.PLAYING:
            return script.playing is not None and sounds(script.playing, Alarm.PLAYING)
        case Waiting.PROMPTS:
            return sounds(script.prompts[0], Alarm.PROMPT)
        case Waiting.CONNECT:
            return script.child in state.live
        case Waiting.ROOM:
            return state.rooms[leg.conversation].name is not None
        case Waiting.INPUT if script.prompts:
            return sounds(script.prompts[0], Alarm.PROMPT)
        case Waiting.INPUT:
            return bool({Alarm.DIGITS, Alarm.SPEECH} & leg.timers.keys())
        case Waiting.RECOGNITION:
            # The sound of the test answers at once.
            return False
        case Waiting.RECORD:
            return script.recording in state.recordings
        case Waiting.REPLY:
            then = Then(Purpose.CONTINUE, leg.uuid, script.token)
            return any(item.then == then for item in pending(state))
        case Waiting.TIME:
            return Alarm.WAIT in leg.timers
        case None:
            return False


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        settings_ = replace(SETTINGS, fallback=answer_target(f"{APP}/fallback"))
        self.play = Play(settings_)
        self.inputs: list[tuple[int, Input, list[Effect]]] = []
        original = self.play.engine.handle

        def handle(now_ms: int, happened: Input) -> list[Effect]:
            effects = original(now_ms, happened)
            self.inputs.append((now_ms, happened, effects))
            return effects

        self.play.engine.handle = handle  # type: ignore[method-assign]  # to write inputs down

    # --- what can happen ------------------------------------------------------------------------

    def request(self, happened: Input) -> None:
        effects = self.play.give(happened)
        assert isinstance(effects[0], Reply)
        assert sum(isinstance(effect, Reply) for effect in effects) == 1

    def sockets(self, state: Socket) -> list[str]:
        live = self.play.engine._core.state.live
        return [leg.uuid for leg in live.values() if leg.socket is state]

    def some_leg(self, data: st.DataObject) -> str:
        state = self.play.engine._core.state
        return data.draw(st.sampled_from([*state.live, *list(state.ended)[-2:]]))

    @rule(to=FAR_ENDS, ncco=NCCOS, fetched=BOOLEAN, ringing=st.sampled_from([1, 30]))
    def creates(self, to: str, ncco: list[Any], fetched: bool, ringing: int) -> None:
        script = {"answer_url": [f"{APP}/answer"]} if fetched else {"ncco": ncco}
        body = {"to": [{"type": "phone", "number": to}], "ringing_timer": ringing}
        self.request(CreateCall(parse_new_call(body | script | {"from": {"number": OURS}})))

    @rule(to=ANSWERING, ncco=NCCOS, detection=DETECTIONS)
    def is_called_and_answers(self, to: str, ncco: list[Any], detection: dict[str, Any]) -> None:
        body = {"to": [{"type": "phone", "number": to}], "from": {"number": OURS}}
        self.request(CreateCall(parse_new_call(body | {"ncco": ncco} | detection)))
        self.play.advance_to(self.play.now_ms + 1000)

    @rule()
    def dials_in(self) -> None:
        self.request(DialIn(OURS, Phone("447700900123")))

    @rule(ncco=NCCOS)
    def dials_in_and_is_answered(self, ncco: list[Any]) -> None:
        self.request(DialIn(OURS, Phone("447700900123")))
        answer = next(hook for hook in reversed(self.play.webhooks) if hook.purpose == "answer")
        self.play.webhooks.remove(answer)
        self.play.give(answered(answer, ncco))

    @precondition(lambda self: self.play.webhooks)
    @rule(data=st.data(), ncco=st.one_of(NCCOS, st.none()), status=st.sampled_from([200, 200, 503]))
    def app_answers(self, data: st.DataObject, ncco: list[Any] | None, status: int) -> None:
        hooks = self.play.webhooks
        asking = [hook for hook in hooks if hook.purpose not in ("event", "error", "transfer")]
        hook = data.draw(st.sampled_from(asking or hooks))
        hooks.remove(hook)
        self.play.give(answered(hook, ncco, status))

    @precondition(lambda self: self.play.webhooks)
    @rule(again=BOOLEAN)
    def app_is_lost(self, again: bool) -> None:
        hook = self.play.webhooks.pop(0)
        self.play.give(WebhookFailed(hook.delivery, "Connection closed.", again))

    @precondition(lambda self: self.play.sounds)
    @rule(length_ms=st.sampled_from([None, 700, 4000]))
    def file_is_fetched(self, length_ms: int | None) -> None:
        self.play.give(SoundPrepared(self.play.sounds.pop(0).sound, length_ms, "no such file"))

    @precondition(lambda self: self.play.transcripts)
    @rule(reason=st.sampled_from([None, "no such language"]))
    def words_are_written(self, reason: str | None) -> None:
        self.play.give(Transcribed(self.play.transcripts.pop(0).file, reason))

    @precondition(lambda self: self.sockets(Socket.OPENING))
    @rule(opens=BOOLEAN)
    def socket_opens_or_not(self, opens: bool) -> None:
        leg = self.sockets(Socket.OPENING)[0]
        self.play.give(SocketOpened(leg) if opens else SocketRefused(leg, "failed", "no server"))

    @precondition(lambda self: self.sockets(Socket.OPEN))
    @rule()
    def socket_closes(self) -> None:
        self.play.give(SocketClosed(self.sockets(Socket.OPEN)[0]))

    @precondition(lambda self: self.play.files)
    @rule()
    def file_is_written(self) -> None:
        self.play.give(RecordingWritten(self.play.files.pop(0).file, 1000))

    @precondition(lambda self: self.play.engine.counts()["legs"])
    @rule(data=st.data(), ncco=NCCOS)
    def transfers(self, data: st.DataObject, ncco: list[Any]) -> None:
        self.request(TransferCall(self.some_leg(data), ncco=parse_ncco(ncco)))

    @precondition(lambda self: self.play.engine.counts()["legs"])
    @rule(data=st.data(), mute=BOOLEAN)
    def gathers(self, data: st.DataObject, mute: bool) -> None:
        target = self.play.leg(self.some_leg(data))["conversation_uuid"]
        action = {"action": "transfer", "conversationId": target, "mute": mute}
        waiting = [hook for hook in self.play.webhooks if hook.purpose == "input"]
        if waiting:
            self.play.webhooks.remove(waiting[0])
            self.play.give(answered(waiting[0], [action]))
        else:
            self.request(TransferCall(self.some_leg(data), ncco=parse_ncco([action])))

    @precondition(lambda self: self.play.engine.counts()["legs"])
    @rule(data=st.data(), what=st.sampled_from(sorted(REQUESTS)))
    def asks(self, data: st.DataObject, what: str) -> None:
        self.request(REQUESTS[what](self.some_leg(data)))

    @rule(ms=st.sampled_from([300, 1_000, 2_000, 10_000]))
    def time_passes(self, ms: int) -> None:
        self.play.advance_to(self.play.now_ms + ms)

    @rule()
    def next_timer_fires(self) -> None:
        self.play.step()

    # --- what must hold -------------------------------------------------------------------------

    @invariant()
    def each_leg_is_in_one_conversation(self) -> None:
        state = self.play.engine._core.state
        places = Counter(uuid for room in state.rooms.values() for uuid in room.members)
        assert places == Counter(list(state.live))
        assert all(leg.uuid in state.rooms[leg.conversation].members for leg in state.live.values())
        assert all(room.members for room in state.rooms.values())

    @invariant()
    def timers_belong_to_live_legs(self) -> None:
        state = self.play.engine._core.state
        assert self.play.timers() == set(state.timers)
        owned = {timer for leg in state.live.values() for timer in leg.timers.values()}
        assert owned == set(state.timers)
        assert all(not leg.timers and leg.script is None for leg in state.ended.values())

    @invariant()
    def nobody_waits_for_ever_for_nothing(self) -> None:
        state = self.play.engine._core.state
        for leg in state.live.values():
            assert leg.timers or leg.direction == "inbound", leg
            if leg.script is None:
                asked = any(item.then and item.then.leg == leg.uuid for item in pending(state))
                detecting = {Alarm.DETECTION, Alarm.BEEP} & leg.timers.keys()
                talking = rooms.joined(state, leg) and leg.parent is not None
                assert asked or detecting or talking or leg.answered_ms is None, leg
            elif not leg.script.finished:
                assert comes(state, leg, leg.script), leg

    @invariant()
    def statuses_are_in_order(self) -> None:
        state = self.play.engine._core.state
        for leg in [*state.live.values(), *state.ended.values()]:
            sent = [Status(status) for status in self.play.statuses(leg.uuid)]
            assert all(later in TRANSITIONS[early] for early, later in pairwise(sent))
            assert max(Counter(status for status in sent if status != "machine").values()) == 1
            last = (Status.REJECTED, Status.COMPLETED)
            assert (sent[-1] in last) == (leg.uuid in state.ended)
            assert (leg.status is Status.REJECTED) == (sent[-1] is Status.REJECTED)

    @invariant()
    def everyone_hears_what_was_said_last(self) -> None:
        state = self.play.engine._core.state
        told: dict[str, Any] = {}
        for _, effect in self.play.log:
            if isinstance(effect, Hearing):
                told[effect.room] = effect.rows
        for conversation in state.rooms.keys() | told.keys():
            nothing: hearing.Rows = ((conversation, frozenset()),)
            assert told.get(conversation, nothing) == hearing.rows_of(state, conversation)

    @invariant()
    def lines_sockets_and_sounds_are_ended(self) -> None:
        state = self.play.engine._core.state
        lines: set[str] = set()
        sockets: set[str] = set()
        sounds: set[str] = set()
        for _, effect in self.play.log:
            match effect:
                case OpenLine(leg):
                    lines.add(leg)
                case CloseLine(leg):
                    lines.remove(leg)
                case OpenSocket(leg):
                    sockets.add(leg)
                case CloseSocket(leg):
                    sockets.remove(leg)
                case PrepareSound(sound) | PlayTones(sound) | PlayBeep(sound):
                    assert sound not in sounds
                    sounds.add(sound)
                case StopSound(sound) | Speak(sound=sound):
                    sounds.remove(sound)
                case PlaySound(sound):
                    assert sound in sounds
        assert lines == {leg.uuid for leg in state.live.values() if leg.answered}
        opened = {
            leg.uuid for leg in state.live.values() if leg.socket in (Socket.OPENING, Socket.OPEN)
        }
        assert opened <= sockets
        heard = {source for rows in state.hearing.values() for _, row in rows for source in row}
        assert {source for source in heard if source.startswith("sound-")} <= sounds
        assert not lines - state.live.keys()

    @invariant()
    def recordings_are_known(self) -> None:
        state = self.play.engine._core.state
        running = [room.recording for room in state.rooms.values() if room.recording]
        assert len(set(running)) == len(running)
        assert set(running) | set(state.files.values()) == set(state.recordings)

    def teardown(self) -> None:
        self.play.engine.calls(self.play.now_ms)  # reading leaves no trace in the replay
        for uuid in list(self.play.engine._core.state.live):
            self.play.give(ModifyCall(uuid, "hangup"))
        counts = self.play.engine.counts()
        assert counts["legs"] == counts["conversations"] == counts["timers"] == 0
        again = Engine(self.play.engine.settings, seed=7)
        for now_ms, happened, effects in self.inputs:
            assert again.handle(now_ms, happened) == effects


TestMachine = pytest.mark.conforms(
    "4.3",
    "at most one of each status per leg, but machine",
    "every leg that was not rejected ends with completed, whatever happened to it",
)(
    pytest.mark.conforms("1", "a leg is always in exactly one conversation")(
        pytest.mark.conforms("A", "the same inputs and the same seed give the same effects")(
            Machine.TestCase
        )
    )
)
_STEPS = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestMachine.settings = _STEPS


class ManySequences(Machine):
    """The same promises, kept by many more sequences."""


TestManySequences = pytest.mark.slow(pytest.mark.timeout(180)(ManySequences.TestCase))
TestManySequences.settings = settings(_STEPS, max_examples=300)
