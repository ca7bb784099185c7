"""Brings a WebSocket leg of ours into a named conversation, and legs into one that has a name."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from console.actions.outcome import ActionError
from console.client.dial import Dialer, NotFound, Placed, Refused
from console.client.errors import VoiceError
from console.client.voice_client import VoiceClient
from console.clock import Clock
from console.floor.store import Store
from console.floor.views import Leg
from console.listening.aim import Aim, State
from console.listening.doors import PATH
from console.listening.room import Listening
from console.tasks import spawn
from console.text import clean
from console.voice.calls import NewCall
from console.voice.endpoints import Phone, Websocket
from console.voice.ncco import Conversation
from console.voice.ncco_actions import NccoAction, TransferAction
from console.voice.statuses import ENDED

if TYPE_CHECKING:
    from console.listening.session import Line, Session

SOUND_WITHIN_S: Final = 15.0
"""From the 201 to the first frame; a handshake has 5 s, and the platform may be far away."""
MOVED_WITHIN_S: Final = 10.0
EVENTS_WITHIN_S: Final = 2.0
"""Transfers that no event has told of by then are asked for."""
CONTENT_TYPE: Final = "audio/l16;rate=16000"


class SocketsIn:
    """Joins conversations for one desk.

    Args:
        client: The API.
        dialer: Places calls.
        store: The floor.
        room: What is listened to.
        clock: Where time comes from.
        base_url: Of our receiver, as the platform reaches it; http or https.
        numbers: Our own numbers: a call needs a caller.
        event_url: Our receiver's.
    """

    def __init__(
        self,
        client: VoiceClient,
        dialer: Dialer,
        store: Store,
        room: Listening,
        clock: Clock,
        *,
        base_url: str,
        numbers: Sequence[str],
        event_url: str | None,
    ) -> None:
        self._client = client
        self._dialer = dialer
        self._store = store
        self._room = room
        self._clock = clock
        self._base = base_url.replace("http", "ws", 1)
        self._numbers = tuple(numbers)
        self._event_url = event_url

    async def join(
        self, session: "Session", aim: Aim, conversation: str | None, cause: str | None
    ) -> None:
        """Bring a leg of ours into `aim.name`; on return sound comes from there.

        Args:
            session: What listens.
            aim: To what.
            conversation: The id that is meant by the name; None: it is not known.
            cause: Id of the action.

        Raises:
            ActionError: No sound came; the text says why.
            VoiceError: The call was refused.
            JournalError: It could not be written down.
        """
        line = session.new_line()
        token = self._room.doors.hand_out(line)
        try:
            ours = await self._dial(self._base + PATH + token, aim, cause)
            session.placed(ours)
            await self._sound(session, line, ours)
            await self._check(ours, conversation, aim.name)
        finally:
            self._room.doors.shut(token)

    async def _dial(self, url: str, aim: Aim, cause: str | None) -> str:
        caller = Phone(self._numbers[0]) if self._numbers else None
        hears = None if aim.leg is None else (aim.leg,)
        entry: NccoAction
        if aim.by_id is None:
            # Whoever listens must not begin a conversation that waits for its moderator.
            entry = Conversation(name=aim.name, start_on_enter=False, can_speak=(), can_hear=hears)
        else:
            entry = TransferAction(conversation_id=aim.by_id, can_speak=(), can_hear=hears)
        call = NewCall(
            to=Websocket(uri=url, content_type=CONTENT_TYPE),
            from_=caller,
            random_from_number=caller is None,
            ncco=(entry,),
        )
        dialled = await self._dialer.dial(call, event_url=self._event_url, cause=cause)
        match dialled:
            case Placed(uuid=uuid):
                return uuid
            case Refused(error=error):
                raise error
            case NotFound(error=error):
                raise ActionError(f"{error.sentence}; nobody knows whether we listen", error)

    async def _sound(self, session: "Session", line: "Line", ours: str) -> None:
        floor = self._store.floor

        def our_leg() -> Leg | None:
            found = floor.leg(ours)
            return found if found is not None and found.status in ENDED else None

        def settled() -> bool:
            return (
                line.sounds.is_set()
                or line.gone.is_set()
                or session.state is State.ENDED
                or our_leg() is not None
            )

        await self.until(settled, SOUND_WITHIN_S)
        if session.state is State.ENDED:
            raise ActionError(session.note)
        if line.sounds.is_set():
            return
        raise ActionError(self._why_none(line, our_leg()))

    async def _check(self, ours: str, conversation: str | None, name: str) -> None:
        """See that our leg is where it was meant to be, as soon as an event tells."""
        floor = self._store.floor
        if conversation is None:
            return

        def entered() -> bool:
            leg = floor.leg(ours)
            return leg is not None and len(leg.lineage) > 1

        if not await self.until(entered, EVENTS_WITHIN_S):
            return
        leg = floor.leg(ours)
        if leg is not None and leg.conversation != conversation:
            # What was taken for its name is another one's: nothing of it would be heard.
            self._room.misnamed.add(conversation)
            raise ActionError(
                f"“{clean(name, 60)}” is another conversation, and this one has no name that is"
                " known; press again to give it one"
            )

    def _why_none(self, line: "Line", over: Leg | None) -> str:
        where = f"{self._base}{PATH}…"
        if line.gone.is_set():
            return f"the platform closed {where} before any sound came ({line.why or 'normally'})"
        if line.opened:
            return f"the platform opened {where}, but no sound came in {SOUND_WITHIN_S:g} s"
        if over is None:
            return f"the platform could not reach {where} in {SOUND_WITHIN_S:g} s"
        status = over.failure or over.status
        why = over.reason or over.detail or ""
        told = clean(f"{status}: {why}" if why else status, 200)
        return f"the platform could not reach {where} ({told})"

    # --- giving a conversation a name ----------------------------------------------------------

    async def gather(self, legs: Sequence[str], name: str, cause: str) -> None:
        """Transfer legs into the conversation `name`; on return all of them are there.

        Raises:
            ActionError: Some are not; the text says which.
        """
        before = {leg: self._conversation(leg) for leg in legs}
        entry = (Conversation(name=name),)
        # All at once: a leg that stays behind alone is hung up (3.5).
        sent = await asyncio.gather(
            *(self._client.transfer_to_ncco(leg, entry, cause=cause) for leg in legs),
            return_exceptions=True,
        )
        refused = {leg: e for leg, e in zip(legs, sent, strict=True) if isinstance(e, Exception)}
        for error in refused.values():
            if not isinstance(error, VoiceError):
                raise error
        moving = [leg for leg in legs if leg not in refused]

        def there() -> bool:
            return all(self._is_in(leg, name) for leg in moving)

        if not await self.until(there, EVENTS_WITHIN_S):
            # No event came: it is read back. A read-back knows no names, so a new place counts.
            for leg in moving:
                await self._client.read(leg, cause=cause)

            def elsewhere() -> bool:
                return all(
                    self._is_in(leg, name) or self._conversation(leg) != before[leg]
                    for leg in moving
                )

            await self.until(elsewhere, MOVED_WITHIN_S)
        left = [
            leg
            for leg in moving
            if not self._is_in(leg, name) and self._conversation(leg) == before[leg]
        ]
        if refused or left:
            who = ", ".join(self._who(leg) for leg in (*refused, *left))
            why = next((f": {error}" for error in refused.values()), "")
            raise ActionError(f"not all legs are in “{name}”: {who} could not be moved{why}")

    def _is_in(self, leg: str, name: str) -> bool:
        found = self._store.floor.leg(leg)
        if found is None or not found.live:
            # Who hung up meanwhile holds nobody up.
            return True
        room = self._store.floor.conversation(found.conversation or "")
        return room is not None and room.name == name

    def _conversation(self, leg: str) -> str | None:
        found = self._store.floor.leg(leg)
        return found.conversation if found is not None else None

    def _who(self, leg: str) -> str:
        return clean(self._store.floor.who(leg) or leg, 40)

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Return True as soon as `holds()` after a change of floor or sound, else False."""
        if holds():
            return True
        changed = asyncio.Event()
        leave = (
            self._store.subscribe(lambda _: changed.set()),
            self._room.subscribe(changed.set),
        )
        timer = spawn(self._clock.sleep(seconds), name="wait for sound")
        try:
            while not holds():
                changed.clear()
                news = spawn(changed.wait(), name="watch floor and sound")
                await asyncio.wait({timer, news}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                if timer.done():
                    return holds()
            return True
        finally:
            for end in leave:
                end()
            timer.cancel()
