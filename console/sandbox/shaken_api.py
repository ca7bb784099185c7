"""Routes that hand out the sandbox's certificate and identities that verify under it (3.1)."""

import uuid
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.sandbox.control_bodies import parse_wanted_identity
from console.sandbox.control_verbs import ControlVerbs, json_answer, read_control
from console.sandbox.shaken import CERTIFICATE_PATH, ShakenSigner


class ShakenApi:
    """The part of `/sandbox` about shaken identities.

    Args:
        signer: Has the key.
        now: Real Unix seconds.
    """

    def __init__(self, signer: ShakenSigner, now: Callable[[], int]) -> None:
        self._signer = signer
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes; paths carry no trailing slash."""
        return [
            Route("/sandbox/shaken", ControlVerbs({"POST": self._sign})),
            Route(CERTIFICATE_PATH, ControlVerbs({"GET": self._certificate})),
        ]

    async def _certificate(self, _request: Request) -> Response:
        return Response(self._signer.certificate, media_type="application/pem-certificate-chain")

    async def _sign(self, request: Request) -> Response:
        wanted = parse_wanted_identity(await read_control(request))
        identity = self._signer.sign(wanted.caller, wanted.callee, self._now(), str(uuid.uuid4()))
        return json_answer(200, {"identity": identity, "certificate": self._signer.info})
