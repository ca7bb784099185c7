"""Asking the API what is so (3.3, 3.4), and saying where the floor had it otherwise.

The floor takes each answer from the journal, as every read-back; nothing is set here.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from console.actions.availability import UP
from console.actions.job import Done, Job
from console.actions.outcome import ActionError
from console.actions.sending import Sending
from console.actions.target import Target, TargetKind
from console.client.errors import VoiceApiError
from console.client.voice_client import VoiceClient
from console.floor.store import Store
from console.floor.views import Leg
from console.voice.calls import Call, CallFilter
from console.voice.statuses import ENDED, Status, status_of

LISTED: Final = (Status.STARTED, Status.RINGING, Status.ANSWERED, Status.MACHINE)
"""Statuses of calls that are up for which the API can be asked (3.3)."""
PAGE: Final = 100
"""Calls of one page: the most that the API gives (3.3)."""
AT_ONCE: Final = 8
"""Legs that are asked for together; the client keeps below the platform's rates."""


@dataclass(slots=True)
class Differences:
    """What the API told otherwise than the floor had it, by legs."""

    asked: int = 0
    """Legs that both know."""
    over: int = 0
    up: int = 0
    status: int = 0
    moved: int = 0
    unknown: int = 0
    lost: int = 0
    single: list[str] = field(default_factory=list)
    """The same in full, for one leg."""

    def compare(self, known: Leg | None, call: Call) -> None:
        """Note how a call of the API differs from the leg as it was known before it was asked."""
        if known is None:
            self.unknown += 1
            return
        self.asked += 1
        status = status_of(call.status)
        here = known.status.value if known.status is not None else "unknown"
        if status is not None and not _alike(known.status, status):
            self.single.append(f"{here} here, {status.value} at the API")
            if known.live and status in ENDED:
                self.over += 1
            elif not known.live and status not in ENDED:
                self.up += 1
            else:
                self.status += 1
        if (
            known.live
            and known.conversation
            and call.conversation not in (None, known.conversation)
        ):
            self.single.append("in another conversation")
            self.moved += 1

    def words(self) -> str:
        """Return what was different, or that it was the same, as one line."""
        said = [
            _count(self.over, "leg was over", "legs were over"),
            _count(self.unknown, "unknown call found", "unknown calls found"),
            _count(self.status, "leg had another status", "legs had another status"),
            _count(self.moved, "leg was in another conversation", "legs were in another one"),
            _count(self.up, "leg is up at the API, over here", "legs are up at the API, over here"),
            _count(self.lost, "leg is not known to the API", "legs are not known to the API"),
        ]
        return ", ".join(filter(None, said)) or f"the same ({_legs(self.asked)})"


class Reconciling:
    """Makes the jobs that compare the floor with the API.

    Args:
        client: Asks; where a leg lives, it knows or finds out (2.4).
        store: Has the floor.
    """

    def __init__(self, client: VoiceClient, store: Store) -> None:
        self._client, self._store = client, store

    def make(self, target: Target | None) -> Job:
        """Return what asks for a leg; of a conversation, or of nothing, for every call that is up.

        What the answers are compared with is the floor as it is when the first is asked for.
        """
        if target is not None and target.kind is TargetKind.LEG:
            uuid = target.id
            return Job(
                run=lambda cause: self._one(uuid, cause),
                leg=uuid,
                in_turn=False,
                sends=(Sending(method="GET", path=f"/v1/calls/{uuid}"),),
            )
        query = f"page_size={PAGE}"
        sends = (
            Sending(method="GET", path=f"/v1/calls?status={status.value}&{query}")
            for status in LISTED
        )
        room = target.id if target is not None else None
        return Job(run=lambda cause: self._all(room, cause), in_turn=False, sends=tuple(sends))

    async def _one(self, uuid: str, cause: str) -> Done:
        known = self._store.floor.leg(uuid)
        found = Differences()
        try:
            call = await self._client.read(uuid, cause=cause)
        except VoiceApiError as error:
            if error.status != 404:
                raise
            raise ActionError(
                "the API does not know this leg: it ended long ago, or it is of another account",
                error,
            ) from error
        found.compare(known, call)
        same = f"the same ({call.status})"
        said = found.words() if known is None else "; ".join(found.single) or same
        return Done(leg=uuid, said=said)

    async def _all(self, room: str | None, cause: str) -> Done:
        known = {leg.uuid: leg for leg in self._store.floor.legs(live=False)}
        live = {uuid for uuid, leg in known.items() if leg.live}
        found, seen = Differences(), dict[str, Call]()
        for base in self._bases(live):
            for status in LISTED:
                where = CallFilter(status=status, page_size=PAGE)
                async for page in self._client.pages(where, cause=cause, base=base):
                    seen |= {call.uuid: call for call in page.calls}
        for uuid, call in seen.items():
            found.compare(known.get(uuid), call)
        await self._rest(sorted(live - set(seen)), known, found, cause)
        return Done(conversation=room, said=found.words())

    def _bases(self, live: Iterable[str]) -> list[str]:
        """Return the hosts to ask: the context's own, and those where live legs are (2.4)."""
        regions = self._client.regions
        return list(dict.fromkeys([self._client.wire.base, *map(regions.base, sorted(live))]))

    async def _rest(
        self, legs: Iterable[str], known: Mapping[str, Leg], found: Differences, cause: str
    ) -> None:
        """Ask for legs that are up here, but in no list: one by one."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(uuid: str) -> None:
            async with room:
                try:
                    call = await self._client.read(uuid, cause=cause)
                except VoiceApiError as error:
                    if error.status != 404:
                        raise
                    found.lost += 1
                else:
                    found.compare(known[uuid], call)

        await asyncio.gather(*map(one, legs))


def _alike(here: Status | None, there: Status) -> bool:
    """Tell whether two statuses are the same to a caller: the API names some less exactly."""
    return here == there or (here in UP and there in UP) or (here in ENDED and there in ENDED)


def _count(number: int, one: str, many: str) -> str:
    return "" if not number else f"{number} {one if number == 1 else many}"


def _legs(number: int) -> str:
    return "1 leg" if number == 1 else f"{number} legs"
