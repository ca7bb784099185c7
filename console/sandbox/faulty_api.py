"""Carries out the faults of the API: in front of its routes, behind the socket."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from console.sandbox.api_errors import ApiError, new_trace
from console.sandbox.api_faults import FIRST_THE_TOKEN, STATUSES, ApiFault
from console.sandbox.faults import FaultDice
from console.sandbox.http_server import HANG_UP
from console.voice.errors import problem_json


class FaultyApi:
    """An ASGI app with faults before or after the one it stands for.

    Args:
        app: Answers what is not struck.
        dice: Says what is.
        check: Raises the `ApiError` that credentials deserve which are not good.
    """

    def __init__(self, app: ASGIApp, dice: FaultDice, check: Callable[[Request], None]) -> None:
        self._app = app
        self._dice = dice
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or not."""
        fault = self._dice.api_fault(scope["method"], scope["path"].rstrip("/"))
        if fault is None:
            await self._app(scope, receive, send)
            return
        sent: list[Any] = []

        async def keep(message: Any) -> None:
            sent.append(message)

        if fault.after:
            await self._app(scope, receive, keep)
        await asyncio.sleep(fault.delay_ms / 1000)
        if fault.status is not None or fault.hang_up:
            await self._strike(fault, scope, receive, send)
        elif fault.after:
            for message in sent:
                await send(message)
        else:
            await self._app(scope, receive, send)

    async def _strike(self, fault: ApiFault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.status is None:
            scope["extensions"][HANG_UP]()
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        try:
            if fault.status in FIRST_THE_TOKEN:
                self._check(Request(scope))
            body = problem_json(STATUSES[fault.status], new_trace())
            refused = ApiError(fault.status, body)
        except ApiError as error:
            refused = error
        await refused.response()(scope, receive, send)
