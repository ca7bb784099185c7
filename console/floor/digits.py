"""Subscriptions to the keys that are pressed on a leg (3.9), as requests and read-backs tell.

A subscription to a URL of ours carries a tag in its query, so that the keys it brings are told
from those of an `input` action, and prove it.
"""

from collections.abc import Collection, Iterable
from typing import Final
from urllib.parse import parse_qs

from console.floor.facts import Keyed, LegFact, Received
from console.floor.gathered import Exchange, SandboxFacts
from console.floor.sound import accepted_ms, latest_look, looked_ms, pending, sent_ms
from console.floor.views import Certainty, Subscription

TAG: Final = "sub"
"""Field of the query."""
LOOK: Final = "digits"
"""Name of it in a read-back; the value is the URL, or None."""
_VERBS: Final = ("subscribe", "unsubscribe")
_NOWHERE: Final = Subscription()


def tagged(url: str, tag: str) -> str:
    """Return a URL of ours with the tag of a subscription."""
    return f"{url}{'&' if '?' in url else '?'}{TAG}={tag}"


def tag_of(url_or_query: object) -> str | None:
    """Return the tag in a URL or its query; None: it has none."""
    if not isinstance(url_or_query, str) or f"{TAG}=" not in url_or_query:
        return None
    query = url_or_query.rpartition("?")[2]
    try:
        found = parse_qs(query, max_num_fields=256).get(TAG)
    except ValueError:
        return None
    return found[0] if found else None


def brought_ms(facts: Iterable[tuple[LegFact, Received]], url: str) -> list[int]:
    """Return when keys were received that a subscription to `url` brought."""
    tag = tag_of(url)
    if tag is None:
        return []
    return [at for fact, at in facts if isinstance(fact, Keyed) and fact.subscription == tag]


def subscription(
    exchanges: Collection[Exchange],
    sandbox: SandboxFacts | None,
    facts: Iterable[tuple[LegFact, Received]],
) -> Subscription:
    """Return where the keys of a leg are posted: the last that was asked for, or was seen since."""
    ours = [e for e in exchanges if e.command is not None and e.command.verb in _VERBS]
    done = [(sent_ms(e), at, e.id, e) for e in ours if (at := accepted_ms(e)) is not None]
    state, since = _NOWHERE, -1
    if done:
        since, accepted, _, last = max(done, key=lambda item: item[:3])
        url = _url(last)
        state = Subscription(url, Certainty.ACCEPTED, accepted)
        proofs = looked_ms(sandbox, LOOK, url or None, since) + brought_ms(facts, url)
        if proofs:
            state = Subscription(url, Certainty.PROVEN, min(proofs))
        since = accepted
    seen = latest_look(sandbox, LOOK, since)
    if seen is not None:
        value, first, _ = seen
        url = value if isinstance(value, str) else ""
        # A leg that never had one, and shows none, is as it was.
        if (url or done) and (url, Certainty.PROVEN) != (state.url, state.certainty):
            state = Subscription(url, Certainty.PROVEN, first)
    waiting = [(sent_ms(e), e.id, e) for e in ours if pending(e) and sent_ms(e) >= since]
    if waiting:
        sent, _, last = max(waiting, key=lambda item: item[:2])
        return Subscription(_url(last), Certainty.ASKED, sent)
    return state


def _url(exchange: Exchange) -> str:
    command = exchange.command
    return command.text if command is not None and command.verb == "subscribe" else ""
