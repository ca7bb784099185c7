"""Routes of the Voice API (section 3): checked, parsed, handed to the engine, answered."""

from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from console.sandbox.api_errors import ApiError, answer, invalid_parameters, new_trace, problem
from console.sandbox.auth import Gatekeeper
from console.sandbox.engine.effects import Reply
from console.sandbox.engine.engine import Engine
from console.sandbox.engine.inputs import (
    ApiRequest,
    CreateCall,
    ModifyCall,
    SendDtmf,
    StartStream,
    StartTalk,
    StopStream,
    StopTalk,
    SubscribeDtmf,
    TransferCall,
)
from console.sandbox.intake import Verbs, check_accept, read_json
from console.sandbox.rates import RollingSecond
from console.sandbox.runtime import Owner, Runtime
from console.voice.calls import (
    InvalidParameter,
    InvalidParameters,
    ModifyLeg,
    parse_call_filter,
    parse_dtmf_digits,
    parse_dtmf_subscription,
    parse_modification,
    parse_new_call,
    parse_stream_request,
    parse_talk_request,
)

_REFERENCE: Final = 256
"""Characters of a `client_ref` (ours)."""

Parse = Callable[[str, Any], ApiRequest]
"""Makes an engine's request of a leg's uuid and a JSON body."""


class CallsApi:
    """Everything below `/v1` and `/v2/calls`.

    Args:
        runtime: Holds the engines.
        gatekeeper: Checks tokens.
        others: The account's limit on requests that make no leg; the engine keeps the other.
        region: Where: calls of other regions are not found (2.4).
    """

    def __init__(
        self, runtime: Runtime, gatekeeper: Gatekeeper, others: RollingSecond, region: str
    ) -> None:
        self._runtime = runtime
        self._gatekeeper = gatekeeper
        self._others = others
        self._region = region

    def routes(self) -> list[Route]:
        """Return the routes; paths carry no trailing slash."""
        leg = "/v1/calls/{uuid}"
        return [
            Route("/v1/calls", Verbs({"GET": self._list, "POST": self._create})),
            Route("/v2/calls", Verbs({"POST": self._create_beta})),
            Route(leg, Verbs({"GET": self._read, "PUT": self._on_leg(_modification)})),
            Route(f"{leg}/stream", self._verbs(_stream, StopStream)),
            Route(f"{leg}/talk", self._verbs(_talk, StopTalk)),
            Route(f"{leg}/dtmf", Verbs({"PUT": self._on_leg(_dtmf)})),
            Route(f"{leg}/input/dtmf", self._verbs(_subscription, _unsubscription)),
            Route("/v1/files/{id}", Verbs({"GET": self._file})),
        ]

    def _verbs(self, start: Parse, stop: Callable[[str], ApiRequest]) -> Verbs:
        async def delete(request: Request) -> Response:
            application = self._enter(request)
            return self._ask(application, stop(request.path_params["uuid"]))

        return Verbs({"PUT": self._on_leg(start), "DELETE": delete})

    def _on_leg(self, parse: Parse) -> Callable[[Request], Any]:
        async def put(request: Request) -> Response:
            application = self._enter(request)
            body = await read_json(request)
            try:
                asked = parse(request.path_params["uuid"], body)
            except InvalidParameters as error:
                raise invalid_parameters(error.parameters) from error
            return self._ask(application, asked)

        return put

    def _enter(self, request: Request) -> str:
        """Check token, rate and `Accept`; return the application that asks."""
        application = self._gatekeeper.application(request)
        if not self._others.take():
            raise problem("rate-limit")
        check_accept(request)
        return application

    def _ask(self, application: str, request: ApiRequest) -> Response:
        reply = self._reply(application, request)
        return answer(reply.status, reply.body)

    def _reply(self, application: str, request: ApiRequest) -> Reply:
        if application not in self._runtime.holdings.applications:
            # Deleted while the body of this request arrived.
            raise problem("unauthorized")
        return self._runtime.ask(Owner(application, self._region), request)

    async def _create(self, request: Request) -> Response:
        return self._ask(*await self._new_call(request))

    async def _create_beta(self, request: Request) -> Response:
        application, asked = await self._new_call(request, beta=True)
        reply = self._reply(application, asked)
        if reply.status != 201:
            raise ApiError(reply.status, reply.body or {})
        return answer(202, {})

    async def _new_call(self, request: Request, *, beta: bool = False) -> tuple[str, CreateCall]:
        application = self._gatekeeper.application(request)
        check_accept(request)
        body = await read_json(request)
        try:
            new = parse_new_call(body)
            reference = _client_ref(body) if beta else None
        except InvalidParameters as error:
            raise invalid_parameters(error.parameters) from error
        return application, CreateCall(new, beta, reference)

    def _engine(self, application: str) -> Engine:
        return self._runtime.engine(Owner(application, self._region))

    async def _list(self, request: Request) -> Response:
        application = self._enter(request)
        try:
            asked = parse_call_filter(request.query_params)
        except InvalidParameters as error:
            raise invalid_parameters(error.parameters) from error
        return answer(200, self._engine(application).call_page(asked))

    async def _read(self, request: Request) -> Response:
        application = self._enter(request)
        uuid = request.path_params["uuid"]
        found = self._engine(application).call(uuid)
        if found is None:
            raise problem("not-found", uuid)
        return answer(200, found)

    async def _file(self, request: Request) -> Response:
        application = self._gatekeeper.application(request)
        if not self._others.take():
            raise problem("rate-limit")
        file_id = request.path_params["id"]
        found = self._runtime.parts.recordings[self._region].find(application, file_id)
        if found is None:
            raise problem("not-found", file_id)
        return FileResponse(
            found.path,
            media_type=found.content_type,
            filename=found.path.name,
            headers={"x-nexmo-trace-id": new_trace()},
        )


def _client_ref(body: Any) -> str | None:
    reference = body.get("client_ref")
    if reference is not None and not (isinstance(reference, str) and len(reference) <= _REFERENCE):
        reason = f"must be a string of up to {_REFERENCE} characters"
        raise InvalidParameters([InvalidParameter("client_ref", reason)])
    return reference or None


def _modification(uuid: str, body: Any) -> ApiRequest:
    asked = parse_modification(body)
    if isinstance(asked, ModifyLeg):
        return ModifyCall(uuid, asked.action)
    return TransferCall(uuid, asked.url, asked.ncco)


def _talk(uuid: str, body: Any) -> ApiRequest:
    return StartTalk(uuid, parse_talk_request(body))


def _stream(uuid: str, body: Any) -> ApiRequest:
    return StartStream(uuid, parse_stream_request(body))


def _dtmf(uuid: str, body: Any) -> ApiRequest:
    return SendDtmf(uuid, parse_dtmf_digits(body))


def _subscription(uuid: str, body: Any) -> ApiRequest:
    return SubscribeDtmf(uuid, parse_dtmf_subscription(body))


def _unsubscription(uuid: str) -> ApiRequest:
    return SubscribeDtmf(uuid, None)
