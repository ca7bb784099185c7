"""The view of one action: how far it came, and why no further.

An action is asked by its `action.asked`, accepted when every request it made was answered 2xx,
and proven when something else than that answer shows it (`console.floor.proofs`).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from console.floor.action_ids import FETCHES
from console.floor.digits import tag_of
from console.floor.facts import Move
from console.floor.gathered import AttemptFacts, Exchange, LegFacts
from console.floor.notes import NOTES
from console.floor.proofs import LOOKS, Evidence, brought_key, is_over, rule_of
from console.floor.read_account import FETCH
from console.floor.regions import found_words
from console.floor.sound import accepted_ms, last_looked_ms, sent_ms
from console.floor.views import Attempt, Stage

_LAST_WORD: Final = frozenset({400, 402, 403, 405, 406, 409, 410, 415, 422})
"""Answers after which the client does not ask again by itself.

After a 404 for a leg it looks in the other regions (2.4); where it gives up, `action.failed` says
so.
"""
_ELSEWHERE: Final = "not found there (404); a leg that is up is looked for in the other regions"


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
    if verb not in LOOKS or at is None or leg is None:
        return None
    # A read-back that was asked for after a move shows what it left as it was.
    kept = max(at, last_looked_ms(leg.sandbox, LOOKS[verb], True) or 0)
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
    rule = rule_of(command, facts.asked.action if facts.asked is not None else "")
    if rule is None:
        return None
    created = command is not None and command.verb == "create"
    leg = legs.get(exchange.leg or (tied if created and tied else ""))
    if accepted_ms(exchange) is None and not created and rule.proof is not is_over:
        # What was refused or lost did not do it, whoever did.
        return None
    ids = leg.exchanges if leg is not None else ()
    others = [exchanges[id_] for id_ in ids if id_ in exchanges]
    return rule.proof(Evidence(exchange, leg, others, facts.shown, facts.sounded_ms))


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
        rule = rule_of(exchange.command, action)
        if rule is None:
            return "nothing can prove this"
        leg = legs.get(exchange.leg or "")
        over = leg is not None and is_over(Evidence(exchange, leg, ())) is not None
        if over:
            return f"the leg ended before it was proven by {rule.proven_by}"
        if rule.proof is brought_key and tag_of(exchange.command.text) is None:
            return "its keys go to another URL; nothing of them is seen here"
        if rule.sandbox_only and (leg is None or leg.sandbox is None):
            return "the platform sends no event that would prove it"
        return f"waits to be proven by {rule.proven_by}"
    return ""
