"""How far an action came: asked, accepted, proven or failed; one table says what proves what.

An action is asked by its `action.asked`, accepted when every request it made was answered 2xx,
and proven when something else than that answer shows it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from console.floor.action_ids import FETCHES, LISTENS
from console.floor.digits import LOOK, brought_ms, tag_of
from console.floor.facts import Asked, Failed, Keyed, Move, Source, StatusFact
from console.floor.gathered import AttemptFacts, Command, Exchange, LegFacts
from console.floor.notes import NOTES
from console.floor.read_account import FETCH
from console.floor.read_forwards import HANDED
from console.floor.read_stage import STAGE, unset_ms
from console.floor.regions import found_words
from console.floor.sound import (
    accepted_ms,
    heard_ms,
    last_looked_ms,
    looked_ms,
    looked_other_ms,
    sent_ms,
)
from console.floor.views import Attempt, Stage
from console.voice.statuses import ENDED

_LAST_WORD: Final = frozenset({400, 402, 403, 405, 406, 409, 410, 415, 422})
"""Answers after which the client does not ask again by itself.

After a 404 for a leg it looks in the other regions (2.4); where it gives up, `action.failed` says
so.
"""
_ELSEWHERE: Final = "not found there (404); a leg that is up is looked for in the other regions"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may prove one request of an action."""

    exchange: Exchange
    leg: LegFacts | None
    others: Collection[Exchange]
    """Everything that was asked for this leg."""
    shown: Mapping[str, int] = field(default_factory=dict)
    """What read-backs of the account showed for this action, and when they were asked for."""
    sounded_ms: int | None = None
    """When the first sound came of what the action listens to."""


Proof = Callable[[Evidence], int | None]
"""When it was shown (this machine's clock), or None."""


@dataclass(frozen=True, slots=True)
class Rule:
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


def _over(evidence: Evidence) -> int | None:
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


def _subscribed(evidence: Evidence) -> int | None:
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


_LOOKS: Final = {"mute": "muted", "earmuff": "earmuffed"}
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
        "hangup": Rule("an event or a read-back that ends the leg", _over),
        "transfer": Rule("a transfer event, or a read-back in another conversation", _moved),
        "mute": Rule(_READ_BACK, _shown(_LOOKS["mute"], True), sandbox_only=True),
        "unmute": Rule(_READ_BACK, _shown("muted", False), sandbox_only=True),
        "earmuff": Rule(_READ_BACK, _shown(_LOOKS["earmuff"], True), sandbox_only=True),
        "unearmuff": Rule(_READ_BACK, _shown("earmuffed", False), sandbox_only=True),
        "talk": Rule(_READ_BACK, _heard, sandbox_only=True),
        "stream": Rule(_READ_BACK, _heard, sandbox_only=True),
        "stop talk": Rule(_READ_BACK, _silent, sandbox_only=True),
        "stop stream": Rule(_READ_BACK, _silent, sandbox_only=True),
        "dtmf": Rule(_READ_BACK, _heard, sandbox_only=True),
        "subscribe": Rule("the first key that it brings", _subscribed),
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


# --- one attempt ---------------------------------------------------------------------------------


def derive_attempt(
    facts: AttemptFacts,
    exchanges: Mapping[str, Exchange],
    legs: Mapping[str, LegFacts],
    leg_of_intent: Mapping[str, str],
) -> Attempt | None:
    """Return an action as its facts stand; None before its `action.asked` came."""
    asked = facts.asked
    if asked is None:
        return None
    ours = [exchanges[id_] for id_ in sorted(facts.exchanges) if id_ in exchanges]
    idle = ("other",) if asked.action == FETCHES else ("other", FETCH)
    ours = [e for e in ours if e.command is not None and e.command.verb not in idle]
    tied = min((leg_of_intent[i] for i in facts.intents if i in leg_of_intent), default=None)
    target = asked.leg
    if target is None and asked.conversation is None:
        target = next((e.leg for e in ours if e.leg), None) or tied
    wanted = _last_tries(ours)
    answers = [accepted_ms(exchange) for exchange in wanted]
    proofs = [_proof(exchange, tied, exchanges, legs, facts) for exchange in wanted]
    accepted = max((at for at in answers if at is not None), default=None)
    accepted = accepted if wanted and None not in answers else None
    proven = max((at for at in proofs if at is not None), default=None)
    proven = proven if wanted and None not in proofs else None
    failed_ms, reason = _failure(facts, wanted, proofs)
    if asked.action in NOTES and failed_ms is None:
        accepted = proven = asked.at_ms
    if facts.done is not None:
        # The answers that it asked for are in the journal.
        accepted = proven = facts.done[0]
        stage, failed_ms, reason = Stage.PROVEN, None, facts.done[1]
    elif proven is not None:
        stage, failed_ms = Stage.PROVEN, None
        # A hang-up that is refused because the leg is over came to what was wanted.
        reason = "" if accepted is not None or not wanted else _already(wanted)
    elif failed_ms is not None:
        stage = Stage.FAILED
    elif accepted is not None:
        stage, reason = Stage.ACCEPTED, _missing(wanted, proofs, legs, asked.action)
    else:
        stage, reason = Stage.ASKED, _trouble(wanted)
    undone = None if failed_ms is not None else _undone(wanted, legs)
    if undone is not None:
        reason = "the leg's move to another conversation ended it"
    reason = "; ".join(filter(None, (found_words(wanted), reason)))
    return Attempt(
        id=facts.id,
        action=asked.action,
        leg=target,
        conversation=asked.conversation,
        args=asked.args,
        stage=stage,
        reason=reason,
        asked_ms=asked.at_ms,
        sent_ms=min((e.sent_ms for e in wanted if e.sent_ms is not None), default=None),
        accepted_ms=accepted,
        proven_ms=proven,
        failed_ms=failed_ms,
        undone_ms=undone,
    )


def _undone(wanted: Sequence[Exchange], legs: Mapping[str, LegFacts]) -> int | None:
    """Return when a move of the leg ended the one thing that was done; None: it did not."""
    if len(wanted) != 1 or wanted[0].command is None:
        return None
    verb, at = wanted[0].command.verb, accepted_ms(wanted[0])
    leg = legs.get(wanted[0].leg or "")
    if verb not in _LOOKS or at is None or leg is None:
        return None
    # A read-back that was asked for after a move shows what it left as it was.
    kept = max(at, last_looked_ms(leg.sandbox, _LOOKS[verb], True) or 0)
    return min(
        (when for fact, when in leg.facts.items() if isinstance(fact, Move) and when > kept),
        default=None,
    )


def _last_tries(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Return one exchange for each thing that was asked: of several tries the one that counts."""
    tries: dict[tuple[str, str, str], Exchange] = {}
    for exchange in exchanges:
        command = exchange.command
        if command is None:
            continue
        leg = "" if command.verb in ("create", "dialin") else exchange.leg or ""
        key = (leg, command.verb, command.text)
        known = tries.get(key)
        if known is None or _weight(exchange) > _weight(known):
            tries[key] = exchange
    return sorted(tries.values(), key=lambda e: (sent_ms(e), e.id))


def _weight(exchange: Exchange) -> tuple[bool, int, str]:
    return accepted_ms(exchange) is not None, sent_ms(exchange), exchange.id


def _proof(
    exchange: Exchange,
    tied: str | None,
    exchanges: Mapping[str, Exchange],
    legs: Mapping[str, LegFacts],
    facts: AttemptFacts,
) -> int | None:
    command = exchange.command
    rule = _rule(command, facts.asked.action if facts.asked is not None else "")
    if rule is None:
        return None
    created = command is not None and command.verb == "create"
    leg = legs.get(exchange.leg or (tied if created and tied else ""))
    if accepted_ms(exchange) is None and not created and rule.proof is not _over:
        # What was refused or lost did not do it, whoever did.
        return None
    ids = leg.exchanges if leg is not None else ()
    others = [exchanges[id_] for id_ in ids if id_ in exchanges]
    return rule.proof(Evidence(exchange, leg, others, facts.shown, facts.sounded_ms))


def _rule(command: Command | None, action: str) -> Rule | None:
    """Return what proves a request; of a call that is placed to listen it is the sound."""
    if command is None:
        return None
    listens = action == LISTENS and command.verb == "create"
    return RULES.get("listen" if listens else command.verb)


def _failure(
    facts: AttemptFacts, wanted: Sequence[Exchange], proofs: Sequence[int | None]
) -> tuple[int | None, str]:
    if facts.failed is not None:
        at, reason = facts.failed
        return at, reason or _trouble(wanted) or "it failed before it was sent"
    refused = [
        (exchange.outcome, exchange)
        for exchange, proof in zip(wanted, proofs, strict=True)
        if exchange.outcome is not None
        and not exchange.outcome.accepted
        and _final(exchange)
        and proof is None
    ]
    if not refused:
        return None, ""
    outcome, _ = min(refused, key=lambda item: (item[0].at_ms, item[1].id))
    if len(wanted) > 1:
        return outcome.at_ms, f"{len(refused)} of {len(wanted)} legs: {outcome.reason}"
    return outcome.at_ms, outcome.reason


def _final(exchange: Exchange) -> bool:
    """Tell whether the client asks no more after this answer; a hang-up it tries again (3.5)."""
    verb = exchange.command.verb if exchange.command is not None else ""
    status = exchange.outcome.status if exchange.outcome is not None else 0
    if status == 404:
        return exchange.leg is None
    return status in _LAST_WORD and verb != "hangup"


def _already(wanted: Sequence[Exchange]) -> str:
    hangup = any(e.command is not None and e.command.verb == "hangup" for e in wanted)
    return "it was over already" if hangup and _trouble(wanted) else ""


def _trouble(wanted: Sequence[Exchange]) -> str:
    """Return what hinders an action that is still being tried."""
    for exchange in wanted:
        if exchange.outcome is not None and not exchange.outcome.accepted:
            if exchange.outcome.status == 404 and not _final(exchange):
                return _ELSEWHERE
            return exchange.outcome.reason or "no answer came"
    return ""


def _missing(
    wanted: Sequence[Exchange],
    proofs: Sequence[int | None],
    legs: Mapping[str, LegFacts],
    action: str,
) -> str:
    """Return why an accepted action is not proven yet."""
    for exchange, proof in zip(wanted, proofs, strict=True):
        if proof is not None or exchange.command is None:
            continue
        rule = _rule(exchange.command, action)
        if rule is None:
            return "nothing can prove this"
        leg = legs.get(exchange.leg or "")
        over = leg is not None and _over(Evidence(exchange, leg, ())) is not None
        if over:
            return f"the leg ended before it was proven by {rule.proven_by}"
        if rule.proof is _subscribed and tag_of(exchange.command.text) is None:
            return "its keys go to another URL; nothing of them is seen here"
        if rule.sandbox_only and (leg is None or leg.sandbox is None):
            return "the platform sends no event that would prove it"
        return f"waits to be proven by {rule.proven_by}"
    return ""
