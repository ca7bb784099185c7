"""From what was typed about the account to what is sent: checked here, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Final

from console.actions.form import ArgsError, Wrong
from console.actions.forms import FORMS, Args
from console.client.applications import VoiceWebhooks
from console.voice.applications import HOOKS, Application, HookChange, VoiceChange, differs
from console.voice.defects import is_url
from console.voice.limits import (
    ANSWER_CONNECT_TIMEOUT_MS,
    CONVERSATIONS_TTL_HOURS,
    LEG_PERSISTENCE_DAYS,
    Range,
)

ANYWHERE: Final = "any"
"""The region of an application that is pinned nowhere."""
_HOOK_OF: Final[Mapping[str, str]] = MappingProxyType(
    {"answer": "answer_url", "event": "event_url", "fallback": "fallback_answer_url"}
)
"""Webhook by the beginning of its fields' names in form `webhooks`."""
_LABELS: Final = {field.name: field.label for field in FORMS["webhooks"].fields}
_CHOICES: Final = {field.name: field.choices for field in FORMS["webhooks"].fields}


def webhook_args(application: Application) -> dict[str, str]:
    """Return form `webhooks` as it is filled for an application."""
    args: dict[str, str] = {}
    for short, name in _HOOK_OF.items():
        hook = application.hook(name)
        args |= {
            short: hook.address,
            f"{short}method": hook.method,
            f"{short}connect": str(hook.connect_ms),
            f"{short}read": str(hook.socket_ms),
        }
    return args | {
        "signed": "yes" if application.signed else "no",
        "ttl": str(application.ttl_hours),
        "legs": str(application.persistence_days),
        "region": application.region or ANYWHERE,
    }


def changed_args(args: Args, before: Args) -> dict[str, str]:
    """Return the fields of `args` that are not as they were."""
    return {
        name: value.strip()
        for name, value in args.items()
        if value.strip() != before.get(name, "").strip()
    }


def voice_change(args: Args) -> VoiceChange:
    """Return what form `webhooks` changes; a field that is not there is left as it is.

    Raises:
        ArgsError: With every reason why it cannot be sent (10.4, 5.4).
    """
    reasons: list[str] = []
    values: dict[str, str] = {}
    for name, value in args.items():
        if name not in _LABELS:
            reasons.append(f"there is no “{name}” here")
        elif _CHOICES[name] and value.strip() not in _CHOICES[name]:
            reasons.append(Wrong(f"{_LABELS[name]} is one of {', '.join(_CHOICES[name])}", name))
        else:
            values[name] = value.strip()

    def whole(name: str, allowed: Range, unit: str) -> int | None:
        text = values.get(name)
        if text is None:
            return None
        if text.isascii() and text.isdecimal() and len(text) <= 6 and int(text) in allowed:
            return int(text)
        span = f"from {allowed.low:g} to {allowed.high:g}"
        reasons.append(Wrong(f"{_LABELS[name]} is a whole number of {unit} {span}", name))
        return None

    hooks: dict[str, HookChange] = {}
    for short, hook in _HOOK_OF.items():
        address = values.get(short)
        if address and not is_url(address, ("http", "https")):
            said = f"{_LABELS[short]}: “{address}” is not an http or https URL"
            reasons.append(Wrong(said, short))
        change = HookChange(
            address=address,
            method=values.get(f"{short}method"),
            connect_ms=whole(f"{short}connect", ANSWER_CONNECT_TIMEOUT_MS, "milliseconds"),
            socket_ms=whole(f"{short}read", HOOKS[hook].socket, "milliseconds"),
        )
        if change != HookChange():
            hooks[hook] = change
    signed, region = values.get("signed"), values.get("region")
    found = VoiceChange(
        hooks=hooks,
        signed=None if signed is None else signed == "yes",
        ttl_hours=whole("ttl", CONVERSATIONS_TTL_HOURS, "hours"),
        persistence_days=whole("legs", LEG_PERSISTENCE_DAYS, "days"),
        region="" if region == ANYWHERE else region,
    )
    if reasons:
        raise ArgsError(*reasons)
    return found


def check_change(change: VoiceChange, before: Application) -> None:
    """Refuse a change that would do nothing, or that cannot be kept.

    Raises:
        ArgsError: With the reason.
    """
    for name, wanted in change.hooks.items():
        hook = before.hook(name)
        address = hook.address if wanted.address is None else wanted.address
        if not address and wanted.address is None:
            short = next(short for short, full in _HOOK_OF.items() if full == name)
            said = f"{_LABELS[short]} is not set; its method and times are kept with it only"
            raise ArgsError(Wrong(said, short))
    if not differs(before, change):
        raise ArgsError("nothing is changed")


def pointed(ours: VoiceWebhooks) -> dict[str, str]:
    """Return form `webhooks` with our own receiver in it."""
    urls = {each.name: getattr(ours, each.name) or "" for each in fields(ours)}
    return {short: urls[name] for short, name in _HOOK_OF.items()}


def change_lines(before: Application, args: Args) -> Sequence[str]:
    """Return what `args` change, one line each: `Answer URL: old → new`. From outside: clean it."""
    old = webhook_args(before)
    return [
        f"{_LABELS[name]}: {old.get(name) or 'none'} → {value or 'none'}"
        for name, value in changed_args(args, old).items()
        if name in _LABELS
    ]
