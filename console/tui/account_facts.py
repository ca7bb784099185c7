"""Everything known of one application or number, as labelled lines for the details pane."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from console.actions.account import Account
from console.floor.views import Attempt, Stage
from console.text import clean
from console.tui import words
from console.tui.facts import Fact, clock_time, newest
from console.voice.applications import Application
from console.voice.numbers import display
from console.voice.own_numbers import OwnNumber

_LABELS: Final = MappingProxyType(
    {"answer_url": "answer", "event_url": "events", "fallback_answer_url": "fallback"}
)
HERE: Final = "this console"
NOWHERE: Final = "no webhooks"


def host_of(address: str) -> str:
    """Return what of a URL tells one server from another."""
    return address.partition("://")[2].partition("/")[0] or address


def where(account: Account, application: Application) -> tuple[str, str]:
    """Return where the webhooks of an application go in a few words, and the theme's name."""
    if not application.voice:
        return "no voice", "muted"
    if account.points_here(application):
        return HERE, "proven"
    ours = account.ours
    hosts = dict.fromkeys(
        HERE if ours is not None and hook.address == getattr(ours, name) else host_of(hook.address)
        for name, hook in application.hooks.items()
    )
    if not hosts:
        return NOWHERE, "muted"
    return clean(", ".join(hosts), limit=80), "asked"


def application_facts(
    account: Account, application: Application, attempts: Sequence[Attempt], point_key: str
) -> list[Fact]:
    """Return what is known of an application; `point_key` points its webhooks at this console."""
    own = application.id == account.own_id
    facts = [
        Fact("", clean(application.name or "no name", limit=80), "conversation"),
        Fact("id", clean(application.id, limit=64), "muted"),
    ]
    if own:
        facts.append(Fact("", "the application of this console", "proven"))
    facts += _webhooks(account, application, point_key)
    facts += _attempts(attempts)
    if application.voice:
        facts += [
            Fact("signed", "yes" if application.signed else "no", ""),
            Fact("region", clean(application.region or "any: routed globally", limit=40)),
            Fact("names", f"kept {application.ttl_hours} h"),
            Fact("legs", f"kept {application.persistence_days} d"),
        ]
    if application.others:
        facts.append(Fact("besides", clean(", ".join(application.others), limit=120), "muted"))
    linked = [each for each in account.state.numbers if each.app_id == application.id]
    facts += [
        Fact("numbers" if place == 0 else "", _linked_number(each))
        for place, each in enumerate(linked)
    ]
    if not linked and account.state.read_at_ms is not None:
        facts.append(Fact("numbers", "none is linked: nobody can call it", "muted"))
    return facts


def number_facts(account: Account, number: OwnNumber, attempts: Sequence[Attempt]) -> list[Fact]:
    """Return what is known of a number of the account."""
    facts = [
        Fact("", clean(display(number.msisdn), limit=40), "conversation"),
        Fact("country", clean(number.country or "unknown", limit=20)),
        Fact("type", clean(number.type or "unknown", limit=40)),
        Fact("features", clean(", ".join(number.features) or "none", limit=60)),
    ]
    if number.app_id:
        known = account.application(number.app_id)
        name = known.name if known is not None else "an application of nobody here"
        facts += [
            Fact("linked to", clean(name, limit=80), "proven" if known else "refused"),
            Fact("", clean(number.app_id, limit=64), "muted"),
        ]
    else:
        facts.append(Fact("linked to", "no application", "muted"))
    if number.forwards:
        facts.append(Fact("forwards", forwarding(number), "asked"))
        facts.append(Fact("", "goes before the application: link with forwarding clear", "muted"))
    facts += _attempts(attempts)
    for name, value in number.wire.items():
        if name.endswith("HttpUrl") and isinstance(value, str) and value:
            facts.append(Fact("messages", clean(value, limit=200), "muted"))
    return facts


def forwarding(number: OwnNumber) -> str:
    """Return where a number's calls go whatever it is linked to."""
    return clean(f"{number.callback_type} {number.callback_value}", limit=60)


def _webhooks(account: Account, application: Application, point_key: str) -> list[Fact]:
    if not application.voice:
        return [Fact("voice", "not switched on; set a webhook to switch it on", "muted")]
    facts: list[Fact] = []
    for name, label in _LABELS.items():
        hook = application.hook(name)
        if not hook.address:
            facts.append(Fact(label, "not set", "muted"))
            continue
        here = account.ours is not None and hook.address == getattr(account.ours, name)
        facts += [
            Fact(label, clean(hook.address, limit=300), "proven" if here else ""),
            Fact(
                "",
                f"{HERE if here else 'elsewhere'} · {clean(hook.method, limit=8)} · connect"
                f" {hook.connect_ms} ms · read {hook.socket_ms} ms",
                "muted",
            ),
        ]
    if account.ours is not None and not account.points_here(application):
        facts.append(Fact("", f"{point_key} points all three at this console", "notice"))
    return facts


def _linked_number(number: OwnNumber) -> str:
    said = clean(display(number.msisdn), limit=40)
    return f"{said}, but forwards to {forwarding(number)}" if number.forwards else said


def _attempts(attempts: Sequence[Attempt]) -> list[Fact]:
    facts: list[Fact] = []
    for attempt in newest(attempts):
        said = words.lane(attempt)
        if attempt.stage is not Stage.FAILED and attempt.reason:
            said += f": {clean(attempt.reason, limit=200)}"
        meaning = words.STAGE_MEANING[attempt.stage]
        facts.append(Fact(clock_time(attempt.asked_ms)[:8], said, meaning))
    return facts
