"""Routes of the Application API (10.4)."""

import asyncio
import uuid
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.sandbox.api_errors import answer, invalid_application, invalid_list, problem
from console.sandbox.applications import Application, Wanted, parse_application
from console.sandbox.auth import Gatekeeper
from console.sandbox.intake import Verbs, check_accept, read_json
from console.sandbox.keys import make_key_pair
from console.sandbox.runtime import Runtime
from console.voice.defects import Fields
from console.voice.errors import InvalidParameter, InvalidParameters
from console.voice.limits import PAGE_SIZE, PAGE_SIZE_DEFAULT, Range

_PAGES = Range(1, 10**9)


class ApplicationApi:
    """Everything below `/v2/applications`.

    Args:
        runtime: Is told of each change.
        gatekeeper: Checks the account's credentials.
        changed: Called after each change, to keep it.
    """

    def __init__(
        self, runtime: Runtime, gatekeeper: Gatekeeper, changed: Callable[[], None]
    ) -> None:
        self._runtime = runtime
        self._gatekeeper = gatekeeper
        self._changed = changed

    def routes(self) -> list[Route]:
        """Return the routes; paths carry no trailing slash."""
        return [
            Route("/v2/applications", Verbs({"GET": self._list, "POST": self._create})),
            Route(
                "/v2/applications/{id}",
                Verbs({"GET": self._read, "PUT": self._replace, "DELETE": self._delete}),
            ),
        ]

    def _enter(self, request: Request) -> dict[str, Application]:
        self._gatekeeper.account(request)
        check_accept(request)
        return self._runtime.holdings.applications

    async def _list(self, request: Request) -> Response:
        applications = list(self._enter(request).values())
        fields = Fields({name: text for name, text in request.query_params.items() if text}, "", [])
        size = fields.integer("page_size", PAGE_SIZE) or PAGE_SIZE_DEFAULT
        page = fields.integer("page", _PAGES) or 1
        if fields.defects:
            raise invalid_list([InvalidParameter(d.path, d.reason) for d in fields.defects])
        pages = max(-(-len(applications) // size), 1)
        shown = applications[(page - 1) * size : page * size]
        links = {"self": page, "first": 1, "last": pages}
        if page > 1:
            links["prev"] = min(page - 1, pages)
        if page < pages:
            links["next"] = page + 1
        return answer(
            200,
            {
                "page_size": size,
                "page": page,
                "total_items": len(applications),
                "total_pages": pages,
                "_embedded": {"applications": [one.to_wire() for one in shown]},
                "_links": {
                    name: {"href": f"/v2/applications?page_size={size}&page={number}"}
                    for name, number in links.items()
                },
            },
        )

    async def _create(self, request: Request) -> Response:
        self._enter(request)
        wanted = await _wanted(request)
        id_ = str(uuid.uuid4())
        if wanted.public_key is not None:
            application = Application.of(id_, wanted, wanted.public_key)
            self._keep(application)
            return answer(201, application.to_wire())
        private_key, public_key = await asyncio.to_thread(make_key_pair)
        application = Application.of(id_, wanted, public_key)
        self._keep(application)
        return answer(201, application.to_wire(private_key.reveal()))

    async def _read(self, request: Request) -> Response:
        return answer(200, self._find(request).to_wire())

    async def _replace(self, request: Request) -> Response:
        id_ = self._find(request).id
        wanted = await _wanted(request)
        # It may have been deleted or changed while the body arrived.
        public_key = wanted.public_key or self._find(request).public_key
        application = Application.of(id_, wanted, public_key)
        self._keep(application)
        return answer(200, application.to_wire())

    async def _delete(self, request: Request) -> Response:
        application = self._find(request)
        del self._runtime.holdings.applications[application.id]
        self._runtime.holdings.unlink(application.id)
        self._runtime.close(application.id)
        self._changed()
        return answer(204, None)

    def _find(self, request: Request) -> Application:
        id_ = request.path_params["id"]
        found = self._enter(request).get(id_)
        if found is None:
            raise problem("not-found", id_)
        return found

    def _keep(self, application: Application) -> None:
        self._runtime.holdings.applications[application.id] = application
        self._runtime.open(application)
        self._changed()


async def _wanted(request: Request) -> Wanted:
    body = await read_json(request)
    try:
        return parse_application(body)
    except InvalidParameters as error:
        raise invalid_application(error.parameters) from error
