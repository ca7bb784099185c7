"""A context: one application on one account, and how this console meets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct

from console.secret import Secret


class SignaturePolicy(StrEnum):
    """What the receiver does with a webhook whose signature is missing or wrong."""

    REJECT = "reject"
    FLAG = "flag"
    OFF = "off"


class Confirm(StrEnum):
    """When an action asks before it acts (product, keyboard map)."""

    ALWAYS = "always"
    DESTRUCTIVE = "destructive"
    NEVER = "never"


class Route(Struct, frozen=True, kw_only=True):
    """How an inbound call to one of our numbers is answered; exactly one way is set."""

    number: str
    """Our number as the webhook's `to` gives it; `*` is every other number."""
    ncco_file: Path | None = None
    ncco: tuple[Mapping[str, Any], ...] | None = None
    conversation: str | None = None
    """Put the caller into this named conversation."""
    forward: str | None = None
    """Ask the app at this URL, byte for byte, and answer what it answers."""
    forward_events: str | None = None
    """Where that app gets events; None: beside `forward`, where that ends in `/answer`."""


class ReceiverSettings(Struct, frozen=True, kw_only=True):
    """Where webhooks arrive."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 picks a free one."""
    public_url: str | None = None
    """How the platform reaches us, when that differs from host and port."""
    policy: SignaturePolicy = SignaturePolicy.REJECT


class Frame(Struct, frozen=True, kw_only=True):
    """How the screen says which context this is: a colour and a word, never colour alone."""

    word: str
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything the console knows of one application."""

    name: str
    application_id: str = ""
    private_key: Secret | None = None
    """PEM text, already repaired and checked (console.config.keys)."""
    api_url: str = "https://api.nexmo.com"
    """Base URL without a trailing slash."""
    signature_secret: Secret | None = None
    api_key: str = ""
    api_secret: Secret | None = None
    """Basic credentials of the Application API; the sandbox context has them."""
    numbers: tuple[str, ...] = ()
    """Our own numbers, E.164 digits."""
    receiver: ReceiverSettings = field(default_factory=ReceiverSettings)
    routes: tuple[Route, ...] = ()
    theme: str = "dark"
    ascii: bool | None = None
    """Whether screens are drawn with ASCII signs only; None: as the terminal's encoding is."""
    frames_per_second: int = 10
    """How often screens are drawn at most while things change by themselves; keys are at once."""
    confirm: Confirm = Confirm.ALWAYS
    readonly: bool = False
    """Nothing that sends can be done from here: every such action is absent."""
    frame: Frame = field(default_factory=lambda: Frame(word="LIVE", color="error"))
    mask_digits: bool = False
    """Replace the digits of input webhooks by their count before they are stored."""
    calls_per_second: int = 3
    requests_per_second: int = 15
    sandbox_url: str | None = None
    """Set on a sandbox: where its control API is."""
    ca_file: Path | None = None
    """A CA to trust besides the system's (the sandbox's local one)."""

    @property
    def is_sandbox(self) -> bool:
        """Whether the other end is a sandbox on this machine."""
        return self.sandbox_url is not None
