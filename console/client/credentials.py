"""The application's token: signed once, used until 80 % of its life is over (2.2)."""

import base64
import uuid
from collections.abc import Sequence
from typing import Final

from console.client.errors import VoiceCredentialsError
from console.clock import Clock
from console.config.context import Context
from console.config.settings import BY_NAME
from console.voice.tokens import ApplicationKey

LIFE_S: Final = 900
RENEW_S: Final = 720
"""80 % of a token's life."""
APART_S: Final = 60
"""Two tokens are at least this far apart, unless this machine's clock was set meanwhile."""
STEP_S: Final = 5
"""The wall clock ran away from the monotonic one by more than this: it was set."""


class Credentials:
    """Gives the bearer token of one context; the key is parsed once, at the first use."""

    def __init__(self, context: Context, clock: Clock) -> None:
        self._context = context
        self._clock = clock
        self._key: ApplicationKey | None = None
        self._token = ""
        self._wall_ns = 0
        self._mono_ns = 0

    @property
    def complete(self) -> bool:
        """Whether the context holds an application and a key."""
        return bool(self._context.application_id) and bool(self._context.private_key)

    def token(self) -> str:
        """Return a token that is good for at least three minutes.

        Raises:
            VoiceCredentialsError: The context has no application id, or no usable private key.
        """
        if not self._token or self._age_s() >= RENEW_S or self._stepped():
            self._sign()
        return self._token

    def renew(self) -> bool:
        """Sign a new token after a 401; False when the present one is too fresh to be at fault."""
        if self._token and self._age_s() < APART_S and not self._stepped():
            return False
        self._sign()
        return True

    @property
    def missing_of_account(self) -> tuple[str, ...]:
        """The settings that the account's own APIs need and the context has not (2.1)."""
        held = {"api_key": self._context.api_key, "api_secret": self._context.api_secret}
        return tuple(name for name, value in held.items() if not value)

    def basic(self) -> str:
        """Return the `Authorization` value of the Application API (2.1).

        Raises:
            VoiceCredentialsError: The context has no api key and secret.
        """
        context = self._context
        if not context.api_key or not context.api_secret:
            raise VoiceCredentialsError(without_account(context.name, self.missing_of_account))
        pair = f"{context.api_key}:{context.api_secret.reveal()}"
        return "Basic " + base64.b64encode(pair.encode()).decode("ascii")

    def _age_s(self) -> float:
        return (self._clock.monotonic_ns() - self._mono_ns) / 1e9

    def _stepped(self) -> bool:
        wall = self._clock.now_ns() - self._wall_ns
        mono = self._clock.monotonic_ns() - self._mono_ns
        return abs(wall - mono) > STEP_S * 1e9

    def _sign(self) -> None:
        context = self._context
        if not context.application_id or not context.private_key:
            missing = "application id" if not context.application_id else "private key"
            raise VoiceCredentialsError(
                f"the context “{context.name}” has no {missing}; run voice-console init"
            )
        if self._key is None:
            try:
                self._key = ApplicationKey.load(context.private_key.reveal())
            except ValueError:
                raise VoiceCredentialsError(
                    f"the private key of the context “{context.name}” cannot be read as PEM"
                ) from None
        self._wall_ns = self._clock.now_ns()
        self._mono_ns = self._clock.monotonic_ns()
        self._token = self._key.sign(
            context.application_id, self._wall_ns // 1_000_000_000, str(uuid.uuid4()), ttl=LIFE_S
        )


def without_account(context: str, missing: Sequence[str]) -> str:
    """Return what to do about settings of the account that a context has not."""
    variables = " and ".join(BY_NAME[name].variable for name in missing)
    return (
        f"the context “{context}” has no {' and no '.join(missing)}; set it in the configuration"
        f" file (voice-console info names it) or in the environment ({variables})"
    )
