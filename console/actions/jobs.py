"""From an action, its target and what was typed to the requests that carry it out.

A job is made at the key press: which leg, which way a toggle goes and who is in a conversation
are decided then, and nothing that moves on the screen afterwards changes them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from console.actions import holding, requests
from console.actions.block_steps import BlockSteps
from console.actions.forms import Args
from console.actions.job import Done, Job
from console.actions.outcome import ActionError
from console.actions.requests import ArgsError, Surroundings
from console.actions.sending import Sending, to_leg
from console.actions.subscribing import wish
from console.actions.target import Target, TargetKind
from console.client.dial import Dialer, NotFound, Placed, Refused
from console.client.errors import VoiceApiError, VoiceError
from console.client.pacing import Priority
from console.client.sandbox_control import SandboxControl
from console.client.voice_client import VoiceClient
from console.clock import Clock
from console.floor.views import Attempt, Leg
from console.voice.leg_requests import ModifyLeg, TransferLeg, dtmf_to_wire
from console.voice.statuses import ENDED

HANGUP_TRIES: Final = 3
"""A hang-up right after the start of a call may be refused once or twice (3.5)."""
HANGUP_PAUSE_S: Final = 1.0
_SOUNDS: Final = ("talk", "stream")


class Jobs:
    """Makes jobs for one context.

    Args:
        client: The API.
        dialer: Places calls.
        sandbox: The sandbox's own side, where there is one.
        clock: Where time comes from.
        find: Gives a leg of the floor by its id.
        live_legs: Gives the ids of a conversation's live legs.
        attempts_of: Gives the actions on a leg, oldest first.
        around: Numbers and names, as they are now.
        event_url: Our receiver's, for calls that are placed from here.
        steps: Goes on with a building block after its call is placed.
    """

    def __init__(
        self,
        client: VoiceClient,
        dialer: Dialer,
        sandbox: SandboxControl | None,
        *,
        clock: Clock,
        find: Callable[[str], Leg | None],
        live_legs: Callable[[str], Sequence[str]],
        attempts_of: Callable[[str], Sequence[Attempt]],
        around: Callable[[], Surroundings],
        event_url: str | None,
        steps: BlockSteps,
    ) -> None:
        self._client = client
        self._dialer = dialer
        self._sandbox = sandbox
        self._clock = clock
        self._find = find
        self._live_legs = live_legs
        self._attempts_of = attempts_of
        self._around = around
        self._event_url = event_url
        self._steps = steps

    def make(self, action: str, target: Target | None, args: Args) -> Job:
        """Return what `action` on `target` sends.

        Raises:
            ArgsError: What was typed cannot be sent.
        """
        match action:
            case "call.create":
                return self._create(args)
            case "call.dialin":
                return self._dial_in(args)
            case "conversation.hangup":
                return self._hang_up_conversation(target)
            case "leg.hangup" if target is not None and target.kind is TargetKind.CONVERSATION:
                return self._hang_up_conversation(target)
        if target is None or target.kind is not TargetKind.LEG:
            raise ArgsError("select a leg first")
        leg = target.id
        match action:
            case "leg.hangup":
                sends = (to_leg(leg, ModifyLeg("hangup").to_wire()),)
                return Job(
                    run=lambda cause: self.end(leg, cause), leg=leg, in_turn=False, sends=sends
                )
            case "leg.mute":
                return self._toggle(leg, args, "mute", "unmute")
            case "leg.earmuff":
                return self._toggle(leg, args, "earmuff", "unearmuff")
            case "leg.transfer":
                return self._transfer(leg, args)
            case "leg.hold":
                return self._hold(leg, args)
            case "leg.say":
                return self._say(leg, args)
            case "leg.stream":
                request = requests.stream(args)
                return self._on_leg(
                    leg,
                    args,
                    lambda cause: self._client.stream(leg, request, cause=cause),
                    sends=[to_leg(leg, request.to_wire(), "/stream")],
                )
            case "leg.stop":
                return self._stop(leg)
            case "leg.digits":
                return self._subscribe(leg, args)
            case "leg.dtmf" | "leg.pad":
                digits = requests.digits(args, form=action.removeprefix("leg."))
                return self._on_leg(
                    leg,
                    args,
                    lambda cause: self._client.dtmf(leg, digits, cause=cause),
                    sends=[to_leg(leg, dtmf_to_wire(digits), "/dtmf")],
                )
        raise ValueError(f"{action} is not an action on calls")

    # --- new calls -------------------------------------------------------------------------------

    def _create(self, args: Args) -> Job:
        around = self._around()
        call = requests.new_call(args, around)

        async def run(cause: str) -> Done:
            dialled = await self._dialer.dial(call, event_url=self._event_url, cause=cause)
            match dialled:
                case Placed(uuid=uuid, conversation=conversation):
                    return Done(leg=uuid, conversation=conversation, look=(uuid,))
                case Refused(error=error):
                    raise error
                case NotFound(error=error, candidates=candidates):
                    seen = f"; {len(candidates)} calls may be it" if candidates else ""
                    raise ActionError(
                        f"{error.sentence}; not placed as far as can be seen{seen}. Dial again?",
                        error,
                    )

        # Where the dialer puts the mark by which it finds a call whose answer was lost.
        ours = None if call.event_url is not None else self._event_url
        event = {} if ours is None else {"event_url": [f"{ours}?i=…"]}
        sends = (Sending(method="POST", path="/v1/calls", body={**call.to_wire(), **event}),)
        started = requests.block_of(args, around)
        if started is None or not started[0].steps:
            return Job(run=run, args=dict(args), sends=sends)
        block, values = started

        async def then(leg: str, cause: str) -> bool:
            return await self._steps.run(block, leg, values, cause)

        return Job(run=run, args=dict(args), then=then, sends=sends)

    def _dial_in(self, args: Args) -> Job:
        to, caller = requests.dial_in(args, self._around())
        sandbox = self._sandbox
        if sandbox is None:
            raise ArgsError("only a sandbox can be dialled into from here")

        async def run(cause: str) -> Done:
            call = await sandbox.dial_in(to, caller, cause=cause)
            return Done(
                leg=call.uuid, conversation=call.conversation_uuid or None, look=(call.uuid,)
            )

        sends = Sending(method="POST", path="/sandbox/calls", body={"to": to, "from": caller})
        return Job(run=run, args=dict(args), sends=(sends,))

    # --- on one leg ------------------------------------------------------------------------------

    def _on_leg(
        self,
        leg: str,
        args: Args,
        send: Callable[[str], Awaitable[None]],
        lane: str = "",
        *,
        sends: Sequence[Sending],
    ) -> Job:
        async def run(cause: str) -> Done:
            await send(cause)
            return Done(leg=leg, look=(leg,))

        return Job(run=run, args=dict(args), leg=leg, lane=lane, sends=tuple(sends))

    def _toggle(self, leg: str, args: Args, on: str, off: str) -> Job:
        found = self._find(leg)
        is_on = found is not None and (found.muted if on == "mute" else found.earmuffed)
        verb = args.get("want") or (off if is_on else on)
        if verb not in (on, off):
            raise ArgsError(f"it is {on} or {off}")
        method = {
            "mute": self._client.mute,
            "unmute": self._client.unmute,
            "earmuff": self._client.earmuff,
            "unearmuff": self._client.unearmuff,
        }[verb]
        lane = "mute" if on == "mute" else ""
        sends = [to_leg(leg, ModifyLeg(verb).to_wire())]
        args = {"want": verb}
        return self._on_leg(leg, args, lambda cause: method(leg, cause=cause), lane, sends=sends)

    def _subscribe(self, leg: str, args: Args) -> Job:
        found = self._find(leg)
        subscribed = found is not None and found.digits.on
        wanted = wish(args, self._around(), subscribed=subscribed)

        async def send(cause: str) -> None:
            if wanted.url is None:
                await self._client.unsubscribe_dtmf(leg, cause=cause)
            else:
                await self._client.subscribe_dtmf(leg, wanted.posted_to(cause), cause=cause)

        keys = f"/v1/calls/{leg}/input/dtmf"
        sends = Sending(method="DELETE", path=keys)
        if wanted.url is not None:
            sends = Sending(method="PUT", path=keys, body={"event_url": [wanted.url]})
        return self._on_leg(leg, wanted.args, send, "keys", sends=[sends])

    def _transfer(self, leg: str, args: Args) -> Job:
        goal = requests.transfer(args, self._around())

        async def send(cause: str) -> None:
            if goal.url is not None:
                await self._client.transfer_to_url(leg, goal.url, cause=cause)
            else:
                await self._client.transfer_to_ncco(leg, goal.ncco or (), cause=cause)

        sends = [to_leg(leg, TransferLeg(url=goal.url, ncco=goal.ncco).to_wire())]
        return self._on_leg(leg, {**args, **self._left(leg)}, send, sends=sends)

    def _hold(self, leg: str, args: Args) -> Job:
        known, name_of = self._find(leg), self._around().name_of
        held = holding.hold(leg, known, args, name_of, self._attempts_of(leg))

        async def send(cause: str) -> None:
            await self._client.transfer_to_ncco(leg, held.ncco, cause=cause)

        sends = [to_leg(leg, TransferLeg(ncco=held.ncco).to_wire())]
        return self._on_leg(leg, {**held.args, **self._left(leg)}, send, sends=sends)

    def _left(self, leg: str) -> Args:
        """Return the conversation that a transfer takes a leg out of, to be written down."""
        found = self._find(leg)
        at = found.conversation if found is not None else None
        return {} if at is None else {"left": at}

    def _say(self, leg: str, args: Args) -> Job:
        request = requests.talk(args)

        async def run(cause: str) -> Done:
            await self._client.talk(leg, request, cause=cause)
            return Done(leg=leg, look=(leg,))

        sends = (to_leg(leg, request.to_wire(), "/talk"),)
        return Job(run=run, args=dict(args), leg=leg, on_answer=request.text, sends=sends)

    def _stop(self, leg: str) -> Job:
        async def send(cause: str) -> None:
            for kind in await self._playing(leg, cause):
                stop = self._client.stop_talk if kind == "talk" else self._client.stop_stream
                await stop(leg, cause=cause)

        sends = [
            Sending(method="DELETE", path=f"/v1/calls/{leg}/{kind}", when=f"(if a {kind} plays)")
            for kind in _SOUNDS
        ]
        return self._on_leg(leg, {}, send, sends=sends)

    async def _playing(self, leg: str, cause: str) -> Sequence[str]:
        """Return the kinds of sound to stop; both, where nobody knows what runs.

        Only what runs is stopped: the end of a script's last talk would end the call.
        """
        if self._sandbox is not None:
            # Where the sandbox cannot be asked, the floor's knowledge has to do.
            with suppress(VoiceError):
                told = (await self._sandbox.read(leg, cause=cause)).playing
                return _SOUNDS if told is None else (told.kind,)
        found = self._find(leg)
        known = found.playing if found is not None else None
        return _SOUNDS if known is None else (known.kind,)

    # --- hanging up ------------------------------------------------------------------------------

    async def end(self, leg: str, cause: str | None) -> Done:
        """Hang up one leg; that it is over already is as good.

        Raises:
            VoiceError: It was refused, or nobody answered.
        """
        for turn in range(1, HANGUP_TRIES + 1):
            try:
                await self._client.hangup(leg, cause=cause)
                break
            except VoiceApiError as error:
                if error.status not in (400, 404):
                    raise
                status = await self._status(leg, cause)
                if status in ENDED:
                    break
                if error.status == 404 or status is None or turn == HANGUP_TRIES:
                    raise
                await self._clock.sleep(HANGUP_PAUSE_S)
        return Done(leg=leg, look=(leg,))

    async def _status(self, leg: str, cause: str | None) -> str | None:
        """Return what a leg that would not be hung up is in now; None: nobody can tell."""
        try:
            call = await self._client.read(leg, cause=cause, priority=Priority.HANGUP)
        except VoiceApiError as error:
            if error.status != 404:
                return None
            known = self._find(leg)
            return known.status if known is not None and known.status in ENDED else None
        except VoiceError:
            return None
        return call.status

    def _hang_up_conversation(self, target: Target | None) -> Job:
        if target is None:
            raise ArgsError("select a conversation first")
        conversation = target.id
        if target.kind is TargetKind.LEG:
            found = self._find(target.id)
            if found is None or found.conversation is None:
                raise ArgsError("this leg's conversation is not known")
            conversation = found.conversation
        legs = tuple(self._live_legs(conversation))
        if not legs:
            raise ArgsError("nobody is in this conversation any more")

        async def run(cause: str) -> Done:
            ends = await asyncio.gather(
                *(self.end(leg, cause) for leg in legs), return_exceptions=True
            )
            errors = [end for end in ends if isinstance(end, BaseException)]
            for error in errors:
                if not isinstance(error, VoiceError):
                    raise error
            failed = ""
            if errors:
                failed = f"{len(errors)} of {len(legs)} legs were not hung up: {errors[0]}"
            reached = tuple(
                leg for leg, end in zip(legs, ends, strict=True) if isinstance(end, Done)
            )
            return Done(conversation=conversation, look=reached, failed=failed)

        return Job(
            run=run,
            args={"legs": str(len(legs))},
            conversation=conversation,
            in_turn=False,
            sends=tuple(to_leg(leg, ModifyLeg("hangup").to_wire()) for leg in legs),
        )
