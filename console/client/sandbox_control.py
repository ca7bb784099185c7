"""The sandbox's own side, over HTTP: read back what became of a leg, and play its far end."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from console.client.errors import VoiceUnreadableError
from console.client.ledger import READBACK
from console.client.pacing import Priority
from console.client.safety import path_id
from console.client.wire import Ask, Auth, Repeat, Wire


class Playing(msgspec.Struct, frozen=True, kw_only=True):
    """What runs on a leg now."""

    kind: str
    text: str | None = None
    url: str | None = None
    remaining_ms: int = 0


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was played or sent to the far end."""

    kind: str
    at: str = ""
    text: str | None = None
    url: str | None = None
    digits: str | None = None


class SandboxLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One leg as the sandbox itself knows it."""

    uuid: str
    conversation_uuid: str = ""
    conversation_name: str | None = None
    status: str = ""
    direction: str = ""
    from_: str | None = msgspec.field(name="from", default=None)
    to: str | None = None
    muted: bool = False
    earmuffed: bool = False
    playing: Playing | None = None
    heard: tuple[Heard, ...] = ()
    pressed: str = ""
    received: str = ""
    """Keys that the sandbox found in its sound."""
    said: tuple[str, ...] = ()
    hears: tuple[str, ...] = ()


class DialledIn(msgspec.Struct, frozen=True, kw_only=True):
    """The inbound call that a person's dialling made."""

    uuid: str
    conversation_uuid: str = ""


class SandboxRegion(msgspec.Struct, frozen=True, kw_only=True):
    """One region of the sandbox: where to ask, and what its webhooks name (2.4)."""

    name: str
    http: str
    region_url: str


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What the sandbox has."""

    numbers: tuple[str, ...]
    regions: tuple[SandboxRegion, ...] = ()


class _Legs(msgspec.Struct, frozen=True, kw_only=True):
    calls: tuple[SandboxLeg, ...] = ()


class SandboxControl:
    """Speaks to `/sandbox/*` of one sandbox; journalled like any exchange, never with a token."""

    def __init__(self, wire: Wire, sandbox_url: str) -> None:
        self._wire = wire
        self._base = sandbox_url.rstrip("/")

    async def overview(self) -> Overview:
        """`GET /sandbox`: the numbers and the regions it has."""
        answer = await self._wire.send(self._ask("GET", "/sandbox"))
        return _decode(answer.raw, Overview)

    async def read(self, uuid: str, *, cause: str | None = None) -> SandboxLeg:
        """`GET /sandbox/calls/{uuid}`: one leg; its record is what the floor takes as proof."""
        answer = await self._wire.send(
            Ask(
                method="GET",
                url=f"{self._base}/sandbox/calls/{path_id(uuid)}",
                auth=Auth.NONE,
                priority=Priority.LOOK,
                cause=cause,
                leg=uuid,
                record_status=READBACK,
            )
        )
        return _decode(answer.raw, SandboxLeg)

    async def legs(self, *, cause: str | None = None) -> tuple[SandboxLeg, ...]:
        """`GET /sandbox/calls`: every leg since the sandbox started."""
        answer = await self._wire.send(self._ask("GET", "/sandbox/calls", cause=cause))
        return _decode(answer.raw, _Legs).calls

    async def dial_in(self, to: str, caller: str, *, cause: str | None = None) -> DialledIn:
        """`POST /sandbox/calls`: a person dials one of our numbers. Not repeated by itself."""
        body = {"to": to, "from": caller}
        answer = await self._wire.send(self._ask("POST", "/sandbox/calls", body=body, cause=cause))
        return _decode(answer.raw, DialledIn)

    async def far_end(
        self, uuid: str, action: str, *, cause: str | None = None, **fields: str
    ) -> None:
        """`POST /sandbox/calls/{uuid}/far-end`: the person on the leg does something.

        Args:
            uuid: The leg.
            action: `dtmf` (digits), `say` (text), `play` (path), `answer`, `reject`, `hangup`.
            cause: Id of the action.
            **fields: What the action needs.
        """
        await self._wire.send(
            Ask(
                method="POST",
                url=f"{self._base}/sandbox/calls/{path_id(uuid)}/far-end",
                body={"action": action, **fields},
                auth=Auth.NONE,
                repeat=Repeat.UNSENT,
                cause=cause,
                leg=uuid,
            )
        )

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        cause: str | None = None,
    ) -> Ask:
        return Ask(
            method=method,
            url=self._base + path,
            body=body,
            auth=Auth.NONE,
            repeat=Repeat.SAFE if method == "GET" else Repeat.UNSENT,
            cause=cause,
        )


_T = TypeVar("_T", SandboxLeg, Overview, _Legs, DialledIn)


def _decode(raw: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise VoiceUnreadableError(f"it is no sandbox's ({error})", raw) from None
