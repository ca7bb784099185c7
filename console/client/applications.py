"""The Application API (10.4): where an application's webhooks go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.client.errors import VoiceUnreadableError
from console.client.pacing import Priority
from console.client.safety import path_id
from console.client.wire import Ask, Auth, Wire

_METHODS: Final = {"answer_url": "GET", "event_url": "POST", "fallback_answer_url": "GET"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceWebhooks:
    """The three URLs of the voice capability; None leaves one as it is."""

    answer_url: str | None = None
    event_url: str | None = None
    fallback_answer_url: str | None = None


class Applications:
    """Reads and points the context's own application, with HTTP Basic (2.1)."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def read(self, *, cause: str | None = None) -> dict[str, Any]:
        """`GET /v2/applications/{id}`: the application as the platform keeps it."""
        answer = await self._wire.send(
            Ask(
                method="GET",
                url=self._url(),
                auth=Auth.BASIC,
                priority=Priority.LOOK,
                cause=cause,
            )
        )
        found = answer.json()
        if not isinstance(found, dict):
            raise VoiceUnreadableError("an application is not an object", answer.raw)
        return found

    async def point(self, webhooks: VoiceWebhooks, *, cause: str | None = None) -> VoiceWebhooks:
        """Set the URLs that are given and return those that were there before.

        The `PUT` replaces the whole application, so all else is sent back as it was read.
        """
        application = await self.read(cause=cause)
        changed, before = _pointed(application, webhooks)
        await self._write(changed, cause)
        return before

    async def restore(
        self, ours: VoiceWebhooks, before: VoiceWebhooks, *, cause: str | None = None
    ) -> bool:
        """Set the URLs back to `before`; False: somebody else has pointed them since, so not.

        Args:
            ours: What we had set.
            before: What `point` returned; an empty URL is left as it is.
            cause: Id of the action.
        """
        application = await self.read(cause=cause)
        changed, now = _pointed(application, before)
        if now.event_url != ours.event_url:
            return False
        await self._write(changed, cause)
        return True

    async def _write(self, application: dict[str, Any], cause: str | None) -> None:
        await self._wire.send(
            Ask(method="PUT", url=self._url(), body=application, auth=Auth.BASIC, cause=cause)
        )

    def _url(self) -> str:
        return f"{self._wire.base}/v2/applications/{path_id(self._wire.context.application_id)}"


def _pointed(
    application: Mapping[str, Any], webhooks: VoiceWebhooks
) -> tuple[dict[str, Any], VoiceWebhooks]:
    changed = {name: value for name, value in application.items() if name not in ("id", "_links")}
    capabilities = dict(_object(changed.get("capabilities")))
    voice = dict(_object(capabilities.get("voice")))
    hooks = dict(_object(voice.get("webhooks")))
    before: dict[str, str | None] = {}
    for name, method in _METHODS.items():
        hook = dict(_object(hooks.get(name)))
        old = hook.get("address")
        before[name] = old if isinstance(old, str) else None
        if address := getattr(webhooks, name):
            hooks[name] = {"http_method": method, **hook, "address": address}
    voice["webhooks"] = hooks
    capabilities["voice"] = voice
    changed["capabilities"] = capabilities
    return changed, VoiceWebhooks(**before)


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
