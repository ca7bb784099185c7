"""What a sandbox is set to: numbers, clock, faults, webhooks; read, changed and read back.

What is looked at again and again for the screen is no exchange of the journal; what a person
changes, and its read-back, is.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from console.client.errors import VoiceUnreachable, VoiceUnreadableError, Where
from console.client.ledger import READBACK
from console.client.pacing import Priority
from console.client.safety import path_id
from console.client.wire import Ask, Auth, Repeat, Wire, reason_of
from console.http import HTTPError, Timeout

LOOK_S: Final = 5.0
"""How long a look may take."""


class StageClock(msgspec.Struct, frozen=True, kw_only=True):
    """The sandbox's time."""

    mode: str = "real"
    """`real` or `virtual`."""
    now: str = ""
    due: int = 0
    """So many things wait for their time."""


class StageSound(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks and what listens."""

    voice: str = ""
    recogniser: str = ""
    notes: tuple[str, ...] = ()


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /sandbox`."""

    numbers: tuple[str, ...]
    ports: dict[str, int] = {}
    seed: int | None = None
    state: str | None = None
    clock: StageClock = StageClock()
    live: dict[str, int] = {}
    behaviours: dict[str, dict[str, Any]] = {}
    faults: dict[str, Any] = {}
    sound: StageSound = StageSound()
    scenario: dict[str, Any] | None = None


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to deliver a webhook."""

    time: str = ""
    url: str = ""
    method: str = ""
    status: int | None = None
    attempt: int = 1
    reason: str | None = None
    purpose: str = ""
    leg: str | None = None


class _Tries(msgspec.Struct, frozen=True, kw_only=True):
    webhooks: tuple[Try, ...] = ()


class SandboxStage:
    """Speaks to `/sandbox` of one sandbox, never with a token."""

    def __init__(self, wire: Wire, sandbox_url: str) -> None:
        self._wire = wire
        self._base = sandbox_url.rstrip("/")

    async def look(self) -> Stage:
        """Look at everything; not journalled.

        Raises:
            VoiceError: Nobody answered, or it is no sandbox.
        """
        return _decode(await self._get("/sandbox"), Stage)

    async def tries(self, most: int) -> tuple[Try, ...]:
        """Look at the last attempts to deliver webhooks, the latest last; not journalled.

        Raises:
            VoiceError: Nobody answered, or it is no sandbox.
        """
        told = _decode(await self._get(f"/sandbox/webhooks?last={most}"), _Tries)
        return told.webhooks[-most:]

    async def read(self, cause: str) -> Stage:
        """Read everything as proof of an action."""
        answer = await self._wire.send(
            Ask(
                method="GET",
                url=f"{self._base}/sandbox",
                auth=Auth.NONE,
                priority=Priority.LOOK,
                cause=cause,
                record_status=READBACK,
            )
        )
        return _decode(answer.raw, Stage)

    async def behave(self, number: str, body: Mapping[str, Any], *, cause: str) -> None:
        """`PUT /sandbox/numbers/{number}`: how it takes the next calls."""
        await self._send("PUT", f"/sandbox/numbers/{path_id(number)}", body, cause)

    async def unset(self, number: str, *, cause: str) -> None:
        """`DELETE /sandbox/numbers/{number}`: it does what it did before."""
        await self._send("DELETE", f"/sandbox/numbers/{path_id(number)}", None, cause)

    async def set_faults(self, body: Mapping[str, Any], *, cause: str) -> None:
        """`POST /sandbox/faults`: what goes wrong from now on; what it leaves out is off."""
        await self._send("POST", "/sandbox/faults", body, cause)

    async def advance(self, body: Mapping[str, Any], *, cause: str) -> None:
        """`POST /sandbox/clock`: move virtual time."""
        await self._send("POST", "/sandbox/clock", body, cause)

    async def reset(self, *, cause: str) -> None:
        """`POST /sandbox/reset`: all calls are gone."""
        await self._send("POST", "/sandbox/reset", None, cause)

    async def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, cause: str
    ) -> None:
        repeat = Repeat.UNSENT if method == "POST" else Repeat.SAFE
        await self._wire.send(
            Ask(
                method=method,
                url=self._base + path,
                body=body,
                auth=Auth.NONE,
                repeat=repeat,
                cause=cause,
            )
        )

    async def _get(self, path: str) -> bytes:
        try:
            answer = await self._wire.http.get(self._base + path, timeout=Timeout(LOOK_S))
        except HTTPError as error:
            where = Where("GET", self._base.partition("://")[2])
            raise VoiceUnreachable(where, reason_of(error), sent=True) from error
        if answer.status_code != 200:
            raise VoiceUnreadableError(f"it answered {answer.status_code}", answer.content[:200])
        return answer.content


_T = TypeVar("_T", Stage, _Tries)


def _decode(raw: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise VoiceUnreadableError(f"it is no sandbox's ({error})", raw[:200]) from None
