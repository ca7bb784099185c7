"""Applications as the Application API has them (10.4): read, validated, written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from console.sandbox.engine.settings import WebhookTarget
from console.voice.applications import HOOKS, HookRules
from console.voice.defects import Fields, is_url
from console.voice.errors import InvalidParameter, InvalidParameters
from console.voice.limits import (
    ANSWER_CONNECT_TIMEOUT_DEFAULT_MS,
    ANSWER_CONNECT_TIMEOUT_MS,
    CONVERSATIONS_TTL_DEFAULT_HOURS,
    CONVERSATIONS_TTL_HOURS,
    LEG_PERSISTENCE_DAYS,
    LEG_PERSISTENCE_DEFAULT_DAYS,
    REGIONS,
)
from console.voice.tokens import KeyProblem, load_public_key

OTHER_CAPABILITIES: Final = ("rtc", "messages", "vbc", "verify")
_OTHER_WEBHOOKS: Final = ("event_url", "inbound_url", "status_url")
"""Capabilities of other products; kept as they are given."""
NAME_CHARACTERS: Final = 255
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """One URL of the voice capability; times in milliseconds."""

    address: str
    http_method: str
    connect_timeout: int
    socket_timeout: int

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {
            "address": self.address,
            "http_method": self.http_method,
            "connect_timeout": self.connect_timeout,
            "socket_timeout": self.socket_timeout,
        }

    def target(self) -> WebhookTarget | None:
        """Return where the engine sends to; None where the address is empty."""
        if not self.address:
            return None
        return WebhookTarget(
            self.address, self.http_method, self.connect_timeout, self.socket_timeout
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The voice capability."""

    answer_url: WebhookAddress | None = None
    fallback_answer_url: WebhookAddress | None = None
    event_url: WebhookAddress | None = None
    signed_callbacks: bool = True
    conversations_ttl: int = CONVERSATIONS_TTL_DEFAULT_HOURS
    leg_persistence_time: int = LEG_PERSISTENCE_DEFAULT_DAYS
    region: str | None = None

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        webhooks = {name: getattr(self, name) for name in HOOKS}
        wire: dict[str, Any] = {
            "webhooks": {
                name: webhook.to_wire() for name, webhook in webhooks.items() if webhook is not None
            },
            "signed_callbacks": self.signed_callbacks,
            "conversations_ttl": self.conversations_ttl,
            "leg_persistence_time": self.leg_persistence_time,
        }
        if self.region is not None:
            wire["region"] = self.region
        return wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The body of a `POST` or `PUT`, validated. `public_key` None: none was given."""

    name: str
    public_key: str | None = None
    voice: Voice | None = None
    others: Mapping[str, Any] = field(default_factory=lambda: _NONE)
    improve_ai: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One application; `public_key` is PEM text that has been read once already."""

    id: str
    name: str
    public_key: str
    voice: Voice | None = None
    others: Mapping[str, Any] = field(default_factory=lambda: _NONE)
    improve_ai: bool = False

    @classmethod
    def of(cls, id_: str, wanted: Wanted, public_key: str) -> "Application":
        """Return the application that `wanted` describes."""
        return cls(
            id=id_,
            name=wanted.name,
            public_key=public_key,
            voice=wanted.voice,
            others=wanted.others,
            improve_ai=wanted.improve_ai,
        )

    def to_wire(self, private_key: str | None = None) -> dict[str, Any]:
        """Return the JSON object; the private key is in it only when the application is made."""
        capabilities: dict[str, Any] = dict(self.others)
        if self.voice is not None:
            capabilities = {"voice": self.voice.to_wire()} | capabilities
        keys = {"public_key": self.public_key}
        if private_key is not None:
            keys["private_key"] = private_key
        return {
            "id": self.id,
            "name": self.name,
            "keys": keys,
            "privacy": {"improve_ai": self.improve_ai},
            "capabilities": capabilities,
            "_links": {"self": {"href": f"/v2/applications/{self.id}"}},
        }


def parse_application(value: object) -> Wanted:
    """Return what the body of a `POST` or `PUT` asks for.

    Raises:
        InvalidParameters: With every parameter that is wrong, by its path.
    """
    if not isinstance(value, Mapping):
        raise InvalidParameters([InvalidParameter("body", "must be a JSON object")])
    fields = Fields(value, "", [])
    name = fields.text("name", required=True)
    if name is not None and len(name) > NAME_CHARACTERS:
        fields.fail("name", f"must have at most {NAME_CHARACTERS} characters")
    public_key = _public_key(fields)
    privacy = fields.inner("privacy")
    improve_ai = None if privacy is None else privacy.boolean("improve_ai")
    voice, others = _capabilities(fields)
    if fields.defects:
        raise InvalidParameters([InvalidParameter(d.path, d.reason) for d in fields.defects])
    return Wanted(
        name=name or "",
        public_key=public_key,
        voice=voice,
        others=others,
        improve_ai=bool(improve_ai),
    )


def _public_key(fields: Fields) -> str | None:
    keys = fields.inner("keys")
    text = None if keys is None else keys.text("public_key")
    if keys is None or text is None:
        return None
    try:
        load_public_key(text)
    except KeyProblem as error:
        keys.fail("public_key", str(error))
    return text


def _capabilities(fields: Fields) -> tuple[Voice | None, dict[str, Any]]:
    capabilities = fields.inner("capabilities")
    if capabilities is None:
        return None, {}
    others = {
        name: _other(capabilities, name) for name in OTHER_CAPABILITIES if name in capabilities
    }
    voice = capabilities.inner("voice")
    return (None if voice is None else _voice(voice)), others


def _other(capabilities: Fields, name: str) -> Any:
    """Return another capability as it was given, its webhooks checked; null is absent (10.4)."""
    fields = capabilities.inner(name)
    webhooks = None if fields is None else fields.inner("webhooks")
    hooks = () if webhooks is None else map(webhooks.inner, _OTHER_WEBHOOKS)
    for found in hooks:
        if found is not None:
            _address(found)
            found.method("http_method")
    return _present(capabilities.raw(name))


def _present(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {name: _present(inner) for name, inner in value.items() if inner is not None}


def _voice(fields: Fields) -> Voice:
    webhooks = fields.inner("webhooks")
    found = {
        name: None if webhooks is None else _webhook(webhooks, name, rules)
        for name, rules in HOOKS.items()
    }
    signed = fields.boolean("signed_callbacks")
    ttl = fields.integer("conversations_ttl", CONVERSATIONS_TTL_HOURS)
    persistence = fields.integer("leg_persistence_time", LEG_PERSISTENCE_DAYS)
    return Voice(
        **found,
        signed_callbacks=signed is not False,
        conversations_ttl=ttl or CONVERSATIONS_TTL_DEFAULT_HOURS,
        leg_persistence_time=persistence or LEG_PERSISTENCE_DEFAULT_DAYS,
        region=fields.choice("region", REGIONS),
    )


def _webhook(webhooks: Fields, name: str, rules: HookRules) -> WebhookAddress | None:
    fields = webhooks.inner(name)
    if fields is None:
        return None
    address = _address(fields)
    method = fields.method("http_method") or rules.method
    # The description of 2021 calls it `connection_timeout`; both are taken.
    connect = fields.integer("connect_timeout", ANSWER_CONNECT_TIMEOUT_MS) or fields.integer(
        "connection_timeout", ANSWER_CONNECT_TIMEOUT_MS
    )
    socket = fields.integer("socket_timeout", rules.socket)
    return WebhookAddress(
        address,
        method,
        connect or ANSWER_CONNECT_TIMEOUT_DEFAULT_MS,
        socket or rules.socket_default,
    )


def _address(fields: Fields) -> str:
    address = fields.raw("address")
    if address is None:
        return ""
    if not isinstance(address, str):
        fields.fail("address", "must be a string")
    elif address and not is_url(address, ("http", "https")):
        fields.fail("address", "must be an absolute http or https URL")
    return str(address)
