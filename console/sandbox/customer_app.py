"""The scenario's own app: it uses the public API with a token, as every app does."""

import ssl
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.http import AsyncClient, HTTPError, Timeout
from console.sandbox.steps import Step
from console.voice.tokens import ApplicationKey
from console.voice.wire import UnreadableJson, decode_json


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a request to place a call; `uuid` None: it was refused, `reason` says why."""

    uuid: str | None
    reason: str = ""


class CustomerApp:
    """Places and steers calls over HTTP.

    Args:
        base_url: Of the sandbox's API: where calls are placed.
        url_of: The base URL of the region a leg is in: where it is steered.
        application_id: Whose calls they are.
        key: Signs the tokens.
        now: Real Unix seconds.
        tls: Says which authorities are trusted.
    """

    def __init__(
        self,
        base_url: str,
        url_of: Callable[[str], str],
        application_id: str,
        key: ApplicationKey,
        now: Callable[[], int],
        tls: ssl.SSLContext,
    ) -> None:
        self._application_id = application_id
        self._url_of = url_of
        self._key = key
        self._now = now
        self._client = AsyncClient(
            base_url=base_url, verify=tls, trust_env=False, timeout=Timeout(10.0)
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def place(self, body: Mapping[str, Any]) -> Placed:
        """Place a call."""
        status, raw = await self._send("POST", "/v1/calls", body)
        try:
            found = decode_json(raw)
        except UnreadableJson:
            found = {}
        if status == 201 and isinstance(found, dict) and isinstance(found.get("uuid"), str):
            return Placed(found["uuid"])
        return Placed(None, f"{status} {raw.decode(errors='replace')[:500]}")

    async def steer(self, leg: str, step: Step) -> int:
        """Do one of the app's steps on a leg; return the HTTP status, 0 where none came."""
        method, path, body = _request(step)
        status, _ = await self._send(method, f"{self._url_of(leg)}/v1/calls/{leg}{path}", body)
        return status

    async def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> tuple[int, bytes]:
        token = self._key.sign(self._application_id, self._now(), str(uuid.uuid4()))
        headers = {"Authorization": f"Bearer {token}"}
        try:
            response = await self._client.request(method, path, json=body, headers=headers)
        except HTTPError as error:
            return 0, str(error).encode()
        return response.status_code, response.content


def _request(step: Step) -> tuple[str, str, dict[str, Any] | None]:
    match step.kind:
        case "talk":
            return "PUT", "/talk", {"text": step.value, "language": "en-GB"}
        case "stream":
            return "PUT", "/stream", {"stream_url": [step.value]}
        case "stop_talk" | "stop_stream":
            return "DELETE", f"/{step.kind.removeprefix('stop_')}", None
        case "send_dtmf":
            return "PUT", "/dtmf", {"digits": step.value}
        case "transfer":
            destination = {"type": "ncco", "ncco": step.value}
            return "PUT", "", {"action": "transfer", "destination": destination}
        case "end":
            return "PUT", "", {"action": "hangup"}
        case _:
            return "PUT", "", {"action": step.kind}
