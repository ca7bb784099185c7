"""Applications as the Application API has them (10.4): read as they come, changed without loss.

A `PUT` replaces the whole application (gotcha 37), so a change is laid over what was read: what
is not named, known or not, goes back as it came.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from console.voice.limits import (
    ANSWER_CONNECT_TIMEOUT_DEFAULT_MS,
    ANSWER_READ_TIMEOUT_DEFAULT_MS,
    ANSWER_READ_TIMEOUT_MS,
    CONVERSATIONS_TTL_DEFAULT_HOURS,
    EVENT_READ_TIMEOUT_DEFAULT_MS,
    EVENT_READ_TIMEOUT_MS,
    LEG_PERSISTENCE_DEFAULT_DAYS,
    Range,
)

_READ_ONLY: Final = ("id", "_links")
_PRIVATE: Final = "private_key"


@dataclass(frozen=True, slots=True)
class HookRules:
    """What one webhook of the voice capability is without being told; times in ms (5.4)."""

    method: str
    socket: Range
    socket_default: int


_ANSWER: Final = HookRules("GET", ANSWER_READ_TIMEOUT_MS, ANSWER_READ_TIMEOUT_DEFAULT_MS)
_EVENT: Final = HookRules("POST", EVENT_READ_TIMEOUT_MS, EVENT_READ_TIMEOUT_DEFAULT_MS)
HOOKS: Final[Mapping[str, HookRules]] = MappingProxyType(
    {"answer_url": _ANSWER, "fallback_answer_url": _ANSWER, "event_url": _EVENT}
)
"""The webhooks of the voice capability by their names."""


class UnreadableApplication(ValueError):
    """What came is no application."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook as it is in force; times in milliseconds."""

    address: str
    method: str
    connect_ms: int
    socket_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One application; `hooks` has those that have an address."""

    id: str
    name: str
    voice: bool
    """It has the voice capability."""
    hooks: Mapping[str, Hook]
    signed: bool
    """Its webhooks are signed."""
    ttl_hours: int
    """How long its named conversations are kept."""
    persistence_days: int
    """How long its legs are kept."""
    region: str | None
    others: tuple[str, ...]
    """Its other capabilities."""
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The object as it came, without a private key."""

    def hook(self, name: str) -> Hook:
        """Return a webhook; one that is not set has no address and the defaults."""
        rules = HOOKS[name]
        unset = Hook("", rules.method, ANSWER_CONNECT_TIMEOUT_DEFAULT_MS, rules.socket_default)
        return self.hooks.get(name, unset)


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """One page of the list."""

    applications: tuple[Application, ...]
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HookChange:
    """What of a webhook becomes another; None leaves it. An empty address takes it away."""

    address: str | None = None
    method: str | None = None
    connect_ms: int | None = None
    socket_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceChange:
    """What of the voice capability becomes another; None leaves it."""

    hooks: Mapping[str, HookChange] = field(default_factory=lambda: MappingProxyType({}))
    signed: bool | None = None
    ttl_hours: int | None = None
    persistence_days: int | None = None
    region: str | None = None
    """An empty one takes the pin away."""


def parse_application(value: object) -> Application:
    """Return an application as it came; what cannot be read of it counts as not set.

    Raises:
        UnreadableApplication: It has no id.
    """
    if not isinstance(value, Mapping):
        raise UnreadableApplication("an application is not an object")
    id_ = value.get("id")
    if not isinstance(id_, str) or not id_:
        raise UnreadableApplication("an application has no id")
    capabilities = _object(value.get("capabilities"))
    voice = _object(capabilities.get("voice"))
    region = voice.get("region")
    name = value.get("name")
    return Application(
        id=id_,
        name=name if isinstance(name, str) else "",
        voice=isinstance(capabilities.get("voice"), Mapping),
        hooks=_hooks(_object(voice.get("webhooks"))),
        signed=voice.get("signed_callbacks") is not False,
        ttl_hours=_whole(voice.get("conversations_ttl"), CONVERSATIONS_TTL_DEFAULT_HOURS),
        persistence_days=_whole(voice.get("leg_persistence_time"), LEG_PERSISTENCE_DEFAULT_DAYS),
        region=region if isinstance(region, str) and region else None,
        others=tuple(sorted(str(each) for each in capabilities if each != "voice")),
        wire=_without_private_key(value),
    )


def parse_application_page(value: object) -> ApplicationPage:
    """Return one page of the list of applications.

    Raises:
        UnreadableApplication: It is none, or one of its applications is none.
    """
    if not isinstance(value, Mapping):
        raise UnreadableApplication("the list of applications is not an object")
    found = _object(value.get("_embedded")).get("applications", [])
    if not isinstance(found, list):
        raise UnreadableApplication("the list of applications holds no list")
    pages = _whole(value.get("total_pages"), 1)
    return ApplicationPage(tuple(parse_application(one) for one in found), pages)


def changed(wire: Mapping[str, Any], change: VoiceChange) -> dict[str, Any]:
    """Return the body of the `PUT` that lays `change` over an application as it was read."""
    body = {name: value for name, value in wire.items() if name not in _READ_ONLY}
    body = _without_private_key(body)
    capabilities = dict(_object(body.get("capabilities")))
    voice = dict(_object(capabilities.get("voice")))
    hooks = dict(_object(voice.get("webhooks")))
    for name, wanted in change.hooks.items():
        hook = _changed_hook(_object(hooks.get(name)), name, wanted)
        if hook:
            hooks[name] = hook
        else:
            hooks.pop(name, None)
    voice["webhooks"] = hooks
    told = {
        "signed_callbacks": change.signed,
        "conversations_ttl": change.ttl_hours,
        "leg_persistence_time": change.persistence_days,
        "region": change.region,
    }
    voice |= {name: value for name, value in told.items() if value is not None}
    if change.region == "":
        del voice["region"]
    capabilities["voice"] = voice
    return body | {"capabilities": capabilities}


def differs(found: Application, change: VoiceChange) -> tuple[str, ...]:
    """Return what of `change` an application that was read does not show; empty: it shows all."""
    wrong: list[str] = []
    for name, wanted in change.hooks.items():
        hook = found.hook(name)
        pairs = [
            ("address", wanted.address, hook.address),
            ("http_method", wanted.method, hook.method),
            ("connect_timeout", wanted.connect_ms, hook.connect_ms),
            ("socket_timeout", wanted.socket_ms, hook.socket_ms),
        ]
        if wanted.address == "":
            # Without an address the rest of it is nothing.
            pairs = pairs[:1]
        wrong += [f"{name}.{part}" for part, want, is_ in pairs if want not in (None, is_)]
    others = [
        ("signed_callbacks", change.signed, found.signed),
        ("conversations_ttl", change.ttl_hours, found.ttl_hours),
        ("leg_persistence_time", change.persistence_days, found.persistence_days),
        ("region", change.region, found.region or ""),
    ]
    return (*wrong, *(part for part, want, is_ in others if want not in (None, is_)))


def _changed_hook(hook: Mapping[str, Any], name: str, wanted: HookChange) -> dict[str, Any] | None:
    """Return a webhook with the change laid over it, None where it has no address then."""
    told = {
        "address": wanted.address,
        "http_method": wanted.method,
        "connect_timeout": wanted.connect_ms,
        "socket_timeout": wanted.socket_ms,
    }
    new = {"http_method": HOOKS[name].method, **hook}
    new |= {part: value for part, value in told.items() if value is not None}
    if wanted.connect_ms is not None:
        # The description of 2021 has another name for it.
        new.pop("connection_timeout", None)
    return new if new.get("address") else None


def _hooks(webhooks: Mapping[str, Any]) -> Mapping[str, Hook]:
    found: dict[str, Hook] = {}
    for name, rules in HOOKS.items():
        hook = _object(webhooks.get(name))
        address, method = hook.get("address"), hook.get("http_method")
        if not isinstance(address, str) or not address:
            continue
        connect = hook.get("connect_timeout", hook.get("connection_timeout"))
        found[name] = Hook(
            address,
            method if isinstance(method, str) and method else rules.method,
            _whole(connect, ANSWER_CONNECT_TIMEOUT_DEFAULT_MS),
            _whole(hook.get("socket_timeout"), rules.socket_default),
        )
    return MappingProxyType(found)


def _without_private_key(value: Mapping[str, Any]) -> dict[str, Any]:
    copy = dict(value)
    keys = copy.get("keys")
    if isinstance(keys, Mapping) and _PRIVATE in keys:
        copy["keys"] = {name: key for name, key in keys.items() if name != _PRIVATE}
    return copy


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
