"""What proves a request of an action: one table, and what it looks at.

Its 2xx answer does not: something else has to show that it is so.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from console.floor.action_ids import LISTENS
from console.floor.digits import LOOK, brought_ms
from console.floor.facts import Asked, Failed, Keyed, Move, Source, StatusFact
from console.floor.gathered import Command, Exchange, LegFacts
from console.floor.read_account import FETCH
from console.floor.read_forwards import HANDED
from console.floor.read_stage import STAGE, unset_ms
from console.floor.sound import (
    accepted_ms,
    heard_ms,
    looked_ms,
    looked_other_ms,
    sent_ms,
)
from console.voice.statuses import ENDED


class Evidence(msgspec.Struct, frozen=True):
    """What may prove one request of an action."""

    exchange: Exchange
    leg: LegFacts | None
    others: Collection[Exchange]
    """Everything that was asked for this leg."""
    shown: Mapping[str, int] = msgspec.field(default_factory=dict)
    """What read-backs of the account showed for this action, and when they were asked for."""
    sounded_ms: int | None = None
    """When the first sound came of what the action listens to."""


Proof = Callable[[Evidence], int | None]
"""When it was shown (this machine's clock), or None."""


class Rule(msgspec.Struct, frozen=True):
    """What proves an action."""

    proven_by: str
    """For people, after "proven by"."""
    proof: Proof
    sandbox_only: bool = False
    """The platform sends no event for it; only a read-back of a sandbox can show it."""


# --- proofs --------------------------------------------------------------------------------------


def _exists(evidence: Evidence) -> int | None:
    """Any event or read-back of the new leg; its 201 is none."""
    leg = evidence.leg
    if leg is None:
        return None
    times = [first for first, _ in leg.looked.values()]
    for fact, received in leg.facts.items():
        match fact:
            case StatusFact(source=Source.EVENT | Source.READ):
                times.append(received)
            case Move() | Keyed() | Asked() | Failed():
                times.append(received)
            case _:
                pass
    return min(times, default=None)


def is_over(evidence: Evidence) -> int | None:
    """A status that ends the leg, by event or read-back."""
    if evidence.leg is None:
        return None
    return min(
        (
            received
            for fact, received in evidence.leg.facts.items()
            if isinstance(fact, StatusFact) and fact.status in ENDED
        ),
        default=None,
    )


def _moved(evidence: Evidence) -> int | None:
    """A move received after the request, or a read-back that finds it in a new conversation."""
    leg, since = evidence.leg, sent_ms(evidence.exchange)
    if leg is None:
        return None
    times = [
        received
        for fact, received in leg.facts.items()
        if isinstance(fact, Move) and received >= since
    ]
    before = {conversation for conversation, (first, _) in leg.looked.items() if first < since}
    before |= {
        fact.conversation
        for fact, received in leg.facts.items()
        if isinstance(fact, StatusFact) and fact.conversation and received < since
    }
    times += [
        first
        for conversation, (first, _) in leg.looked.items()
        if before and conversation not in before and first >= since
    ]
    return min(times, default=None)


def _shown(look: str, value: bool) -> Proof:
    def proof(evidence: Evidence) -> int | None:
        """A read-back of the sandbox that shows it."""
        sandbox = evidence.leg.sandbox if evidence.leg is not None else None
        return min(looked_ms(sandbox, look, value, sent_ms(evidence.exchange)), default=None)

    return proof


def _heard(evidence: Evidence) -> int | None:
    """A read-back of the sandbox: the far end hears it, or has heard it."""
    if evidence.leg is None:
        return None
    return heard_ms(evidence.exchange, evidence.others, evidence.leg.sandbox)


def _silent(evidence: Evidence) -> int | None:
    """A read-back of the sandbox asked for after the answer: what we played does not play.

    After it the leg's own script goes on, so that there need not be silence.
    """
    at, command = accepted_ms(evidence.exchange), evidence.exchange.command
    sandbox = evidence.leg.sandbox if evidence.leg is not None else None
    if at is None or command is None:
        return None
    kind = command.verb.removeprefix("stop ")
    ours = {(kind, e.command.text) for e in evidence.others if e.command and e.command.verb == kind}
    times = looked_ms(sandbox, "playing", None, at)
    if ours:
        times += looked_other_ms(sandbox, "playing", ours, at)
    return min(times, default=None)


def brought_key(evidence: Evidence) -> int | None:
    """A key that came by the subscription, or a read-back of the sandbox that shows its URL."""
    leg, command = evidence.leg, evidence.exchange.command
    if leg is None or command is None:
        return None
    times = looked_ms(leg.sandbox, LOOK, command.text, sent_ms(evidence.exchange))
    return min(times + brought_ms(leg.facts.items(), command.text), default=None)


def _unsubscribed(evidence: Evidence) -> int | None:
    """A read-back of the sandbox that shows no subscription."""
    sandbox = evidence.leg.sandbox if evidence.leg is not None else None
    return min(looked_ms(sandbox, LOOK, None, sent_ms(evidence.exchange)), default=None)


LOOKS: Final = {"mute": "muted", "earmuff": "earmuffed"}
"""Names in a read-back of what lasts until the leg leaves its conversation, as documented (3.5)."""


def _kept(evidence: Evidence) -> int | None:
    """A read-back of the account, asked for after the request, that shows what was wanted."""
    command = evidence.exchange.command
    at = evidence.shown.get(command.text) if command is not None and command.told else None
    return at if at is not None and at >= sent_ms(evidence.exchange) else None


def _set(evidence: Evidence) -> int | None:
    """A read-back of the sandbox, asked for after the request, that shows what was wanted."""
    command = evidence.exchange.command
    if command is None or not command.told:
        return None
    at = evidence.shown.get(command.text, unset_ms(command.text, evidence.shown))
    return at if at is not None and at >= sent_ms(evidence.exchange) else None


def _sounded(evidence: Evidence) -> int | None:
    """Sound of it came to us."""
    return evidence.sounded_ms


def _answered(evidence: Evidence) -> int | None:
    """Whoever it was sent to has answered 2xx, and the answer is in the journal."""
    return accepted_ms(evidence.exchange)


def _handed_on(evidence: Evidence) -> int | None:
    """The app has answered a webhook since."""
    return evidence.shown.get(HANDED)


_READ_BACK: Final = "a read-back of the sandbox"
_ACCOUNT: Final = "a read-back of the account that shows it"
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "create": Rule("an event or a read-back of the new leg", _exists),
        "dialin": Rule("an event or a read-back of the new leg", _exists),
        "listen": Rule("the first sound that comes from it", _sounded),
        "hangup": Rule("an event or a read-back that ends the leg", is_over),
        "transfer": Rule("a transfer event, or a read-back in another conversation", _moved),
        "mute": Rule(_READ_BACK, _shown(LOOKS["mute"], True), sandbox_only=True),
        "unmute": Rule(_READ_BACK, _shown("muted", False), sandbox_only=True),
        "earmuff": Rule(_READ_BACK, _shown(LOOKS["earmuff"], True), sandbox_only=True),
        "unearmuff": Rule(_READ_BACK, _shown("earmuffed", False), sandbox_only=True),
        "talk": Rule(_READ_BACK, _heard, sandbox_only=True),
        "stream": Rule(_READ_BACK, _heard, sandbox_only=True),
        "stop talk": Rule(_READ_BACK, _silent, sandbox_only=True),
        "stop stream": Rule(_READ_BACK, _silent, sandbox_only=True),
        "dtmf": Rule(_READ_BACK, _heard, sandbox_only=True),
        "subscribe": Rule("the first key that it brings", brought_key),
        "unsubscribe": Rule(_READ_BACK, _unsubscribed, sandbox_only=True),
        "application": Rule(_ACCOUNT, _kept),
        "number": Rule(_ACCOUNT, _kept),
        STAGE: Rule(_READ_BACK, _set, sandbox_only=True),
        FETCH: Rule("the whole file on this machine, with its checksum", _answered),
        "replay": Rule("the answer of whoever it was sent to", _answered),
        "forward on": Rule("the first answer that the app gives", _handed_on),
        "forward off": Rule("the receiver, which asks no app any more", _answered),
    }
)
"""What proves a request, by its verb; a request of any other verb is not proven by anything.

`listen` is the `create` of an action that listens.
"""


def rule_of(command: Command | None, action: str) -> Rule | None:
    """Return what proves a request; of a call that is placed to listen it is the sound."""
    if command is None:
        return None
    listens = action == LISTENS and command.verb == "create"
    return RULES.get("listen" if listens else command.verb)
