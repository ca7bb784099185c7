"""Routes of the control API, `/sandbox/*`: what the real platform does not have."""

from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.sandbox.clock import VirtualTimeline
from console.sandbox.control_bodies import (
    BadControl,
    parse_clock,
    parse_dial_in,
    parse_far_end,
)
from console.sandbox.control_verbs import (
    ControlVerbs,
    Handler,
    error_answer,
    json_answer,
    read_control,
)
from console.sandbox.engine.behaviours import BehaviourError
from console.sandbox.engine.effects import Reply
from console.sandbox.engine.inputs import Reset
from console.sandbox.far_ends import FarEndBook
from console.sandbox.faults import FaultDice, FaultError, parse_faults
from console.sandbox.outbox import Outbox
from console.sandbox.runtime import Runtime
from console.voice.times import format_timestamp

_DIGITS: Final = 9


class ControlApi:
    """Everything below `/sandbox`.

    Args:
        runtime: Holds the engines.
        outbox: Has the log of webhooks.
        dice: Draws the faults.
        book: How far ends take calls, scripts included.
        overview: Gives what `GET /sandbox` says beside the live counts.
        endless: Tells whether a scenario goes on for ever.
        was_reset: Called after a reset.
    """

    def __init__(
        self,
        runtime: Runtime,
        outbox: Outbox,
        dice: FaultDice,
        book: FarEndBook,
        overview: Callable[[], dict[str, Any]],
        endless: Callable[[], bool],
        was_reset: Callable[[], None],
    ) -> None:
        self._runtime = runtime
        self._outbox = outbox
        self._dice = dice
        self._book = book
        self._overview = overview
        self._endless = endless
        self._was_reset = was_reset

    def routes(self) -> list[Route]:
        """Return the routes; paths carry no trailing slash."""
        leg = "/sandbox/calls/{uuid}"
        table: dict[str, dict[str, Handler]] = {
            "/sandbox": {"GET": self._show},
            "/sandbox/numbers/{number}": {"PUT": self._set_number, "DELETE": self._unset_number},
            "/sandbox/calls": {"GET": self._calls, "POST": self._dial_in},
            leg: {"GET": self._call},
            f"{leg}/far-end": {"POST": self._far_end},
            "/sandbox/webhooks": {"GET": self._webhooks},
            "/sandbox/faults": {"GET": self._show_faults, "POST": self._set_faults},
            "/sandbox/clock": {"GET": self._show_clock, "POST": self._move_clock},
            "/sandbox/reset": {"POST": self._reset},
        }
        return [Route(path, ControlVerbs(handlers)) for path, handlers in table.items()]

    # --- overview ------------------------------------------------------------------------------

    async def _show(self, _request: Request) -> Response:
        counts: dict[str, int] = {}
        for _, engine in self._runtime.engines():
            for name, count in engine.counts().items():
                counts[name] = counts.get(name, 0) + count
        counts["in_flight"] = len(self._runtime.parts.ledger)
        return json_answer(200, self._overview() | {"clock": self._clock(), "live": counts})

    async def _webhooks(self, request: Request) -> Response:
        log, last = list(self._outbox.log), request.query_params.get("last", "")
        if last:
            if not last.isdecimal() or len(last) > _DIGITS:
                raise BadControl("last", "must be a number of attempts")
            log = log[max(len(log) - int(last), 0) :]
        return json_answer(200, {"webhooks": [attempt.to_wire() for attempt in log]})

    # --- far ends ------------------------------------------------------------------------------

    async def _set_number(self, request: Request) -> Response:
        number = request.path_params["number"].removeprefix("+")
        try:
            return json_answer(200, self._book.set(number, await read_control(request)))
        except BehaviourError as error:
            raise BadControl(error.field, error.reason) from error

    async def _unset_number(self, request: Request) -> Response:
        self._book.unset(request.path_params["number"].removeprefix("+"))
        return Response(status_code=204)

    async def _calls(self, _request: Request) -> Response:
        now = self._runtime.parts.timeline.now_ms()
        calls = [call for _, engine in self._runtime.engines() for call in engine.calls(now)]
        return json_answer(200, {"calls": calls})

    async def _call(self, request: Request) -> Response:
        uuid = request.path_params["uuid"]
        owner = self._runtime.owner_of_leg(uuid)
        if owner is None:
            return _no_leg(uuid)
        now = self._runtime.parts.timeline.now_ms()
        told = self._runtime.engine(owner).leg(uuid, now) or {}
        line = self._runtime.parts.media.sockets.describe(uuid)
        return json_answer(200, told if line is None else told | {"socket": line})

    async def _dial_in(self, request: Request) -> Response:
        asked = parse_dial_in(await read_control(request))
        number = asked.to.removeprefix("+")
        owner = self._runtime.owner_of_number(number)
        if owner is None:
            ours = self._runtime.holdings.numbers
            if number in ours:
                raise BadControl("to", "is linked to no application that takes its calls")
            raise BadControl("to", f"is not one of our numbers ({', '.join(ours)})")
        return _reply(self._runtime.ask(owner, asked))

    async def _far_end(self, request: Request) -> Response:
        uuid = request.path_params["uuid"]
        body = await read_control(request)
        owner = self._runtime.owner_of_leg(uuid)
        if owner is None:
            return _no_leg(uuid)
        return _reply(self._runtime.ask(owner, parse_far_end(uuid, body)))

    # --- faults, time, reset -------------------------------------------------------------------

    async def _show_faults(self, _request: Request) -> Response:
        return json_answer(200, self._dice.faults.to_wire())

    async def _set_faults(self, request: Request) -> Response:
        try:
            faults = parse_faults(await read_control(request))
        except FaultError as error:
            defect = error.defects[0]
            raise BadControl(defect.path, defect.reason) from error
        self._dice.set(faults)
        return json_answer(200, faults.to_wire())

    async def _show_clock(self, _request: Request) -> Response:
        return json_answer(200, self._clock())

    async def _move_clock(self, request: Request) -> Response:
        asked = parse_clock(await read_control(request))
        timeline, ledger = self._runtime.parts.timeline, self._runtime.parts.ledger
        if not isinstance(timeline, VirtualTimeline):
            return error_answer(
                409, "This sandbox runs in real time; start it with --clock virtual."
            )
        if asked.ms is None:
            if self._endless():
                raise BadControl("until", "the scenario goes on for ever: use advance instead")
            idle = await timeline.until_idle(ledger.empty)
        else:
            await timeline.advance(asked.ms, ledger.empty)
            idle = len(timeline) == 0
        return json_answer(200, self._clock() | {"idle": idle})

    async def _reset(self, _request: Request) -> Response:
        for owner, _ in self._runtime.engines():
            self._runtime.ask(owner, Reset())
        self._outbox.log.clear()
        self._was_reset()
        return Response(status_code=204)

    def _clock(self) -> dict[str, Any]:
        timeline = self._runtime.parts.timeline
        now = timeline.now_ms()
        return {
            "mode": "virtual" if timeline.virtual else "real",
            "now": format_timestamp(now),
            "now_ms": now,
            "due": len(timeline),
        }


def _reply(reply: Reply) -> Response:
    return json_answer(reply.status, reply.body or {})


def _no_leg(uuid: str) -> Response:
    return error_answer(404, f"There is no leg {uuid}.")
