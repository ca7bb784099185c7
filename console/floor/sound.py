"""What a leg says and hears, as far as our requests and the read-backs of a sandbox tell.

All times are this machine's clock. A read-back that was asked for after our request was
answered shows what became of it; one that was under way at the same time proves a wish that it
shows fulfilled, and denies none.
"""

from collections.abc import Collection, Hashable

from console.floor.gathered import Exchange, SandboxFacts
from console.floor.views import Arrow, Certainty, Playing, Sent

OPEN = Arrow()


def pending(exchange: Exchange) -> bool:
    """Tell whether an exchange was sent and has no answer yet."""
    return exchange.outcome is None


def accepted_ms(exchange: Exchange) -> int | None:
    """Return when an exchange was answered 2xx."""
    outcome = exchange.outcome
    return outcome.at_ms if outcome is not None and outcome.accepted else None


def sent_ms(exchange: Exchange) -> int:
    """Return when an exchange was sent; its answer's time where the request is not known."""
    if exchange.sent_ms is not None:
        return exchange.sent_ms
    return exchange.outcome.at_ms if exchange.outcome is not None else 0


def arrow(
    exchanges: Collection[Exchange],
    sandbox: SandboxFacts | None,
    *,
    shut: str,
    reopen: str,
    look: str,
    moved_ms: int | None,
) -> Arrow:
    """Return the state of one direction of a leg's sound.

    Args:
        exchanges: All that was asked for the leg.
        sandbox: What a sandbox told of it.
        shut: Verb that shuts the direction.
        reopen: Verb that opens it.
        look: Name of it in a read-back; true is shut.
        moved_ms: When the last move to another conversation was received: mute and earmuff end
            with the old one, as far as is documented (3.5), so nobody knows until it is read.
    """
    ours = [e for e in exchanges if e.command is not None and e.command.verb in (shut, reopen)]
    done = [(sent_ms(e), at, e.id, e) for e in ours if (at := accepted_ms(e)) is not None]
    seen = _looks(sandbox, look)
    state = OPEN
    since = -1
    if done:
        since, accepted, _, last = max(done, key=lambda item: item[:3])
        wants_shut = last.command is not None and last.command.verb == shut
        state = Arrow(not wants_shut, Certainty.ACCEPTED, accepted)
        agreeing = looked_ms(sandbox, look, wants_shut, since)
        if agreeing:
            state = Arrow(not wants_shut, Certainty.PROVEN, min(agreeing))
        seen = [item for item in seen if item[2] >= accepted]
    if seen:
        value, first, end = max(seen, key=lambda item: (item[2], item[0]))
        is_shut = value is True
        if is_shut is state.open or state.certainty is not Certainty.PROVEN:
            state = Arrow(not is_shut, Certainty.PROVEN, first)
        since = max(since, end)
    known_ms = max(since, state.since_ms or 0)
    if moved_ms is not None and state is not OPEN and moved_ms > known_ms:
        state = Arrow(since_ms=moved_ms)
    waiting = [(sent_ms(e), e.id, e) for e in ours if pending(e) and sent_ms(e) >= since]
    if waiting:
        sent, _, last = max(waiting, key=lambda item: item[:2])
        wants_shut = last.command is not None and last.command.verb == shut
        return Arrow(not wants_shut, Certainty.ASKED, sent)
    return state


def playing(exchanges: Collection[Exchange], sandbox: SandboxFacts | None) -> Playing | None:
    """Return what was started last on a leg and not stopped; it may have ended by itself."""
    shown, known_ms = _started(exchanges)
    latest = sandbox.latest if sandbox is not None else None
    if latest is not None and latest[0] >= known_ms:
        asked_ms, kind, what, ends_ms = latest
        if not kind:
            return None
        same = shown is not None and (shown.kind, shown.what) == (kind, what)
        since = shown.since_ms if shown is not None and same else asked_ms
        return Playing(kind, what, since, ends_ms, False, Certainty.PROVEN)
    return shown


def _started(exchanges: Collection[Exchange]) -> tuple[Playing | None, int]:
    """Return what our requests say that plays, and since when they say so."""
    starts = [e for e in exchanges if e.command and e.command.verb in ("talk", "stream")]
    live = [e for e in starts if pending(e) or accepted_ms(e) is not None]
    if not live:
        return None, 0
    last = max(live, key=lambda e: (accepted_ms(e) or sent_ms(e), sent_ms(e), e.id))
    command = last.command
    assert command is not None
    at = accepted_ms(last)
    began = sent_ms(last) if at is None else at
    stops = [
        stopped
        for exchange in exchanges
        if exchange.command is not None
        and exchange.command.verb == f"stop {command.verb}"
        and (stopped := accepted_ms(exchange)) is not None
        and stopped >= began
    ]
    if stops:
        return None, max(stops)
    playing = Playing(
        command.verb,
        command.text,
        began,
        None if command.length_ms is None else began + command.length_ms,
        True,
        Certainty.ASKED if at is None else Certainty.ACCEPTED,
    )
    return playing, began


def sent_digits(exchanges: Collection[Exchange], sandbox: SandboxFacts | None) -> tuple[Sent, ...]:
    """Return the digits that were sent to a leg, in order."""
    ours = [e for e in exchanges if e.command is not None and e.command.verb == "dtmf"]
    found: list[tuple[int, str, Sent]] = []
    for exchange in ours:
        at = accepted_ms(exchange)
        if exchange.command is None or (at is None and not pending(exchange)):
            continue
        certainty = Certainty.ASKED if at is None else Certainty.ACCEPTED
        if heard_ms(exchange, exchanges, sandbox) is not None:
            certainty = Certainty.PROVEN
        shown_ms = sent_ms(exchange) if at is None else at
        found.append(
            (sent_ms(exchange), exchange.id, Sent(shown_ms, exchange.command.text, certainty))
        )
    return tuple(sent for _, _, sent in sorted(found, key=lambda item: item[:2]))


def heard_ms(
    exchange: Exchange, exchanges: Collection[Exchange], sandbox: SandboxFacts | None
) -> int | None:
    """Return when a read-back showed that the far end heard what this exchange sent.

    The same text sent n times must have been heard n times.
    """
    command = exchange.command
    if sandbox is None or command is None:
        return None
    since = sent_ms(exchange)
    nth = sum(
        1
        for other in exchanges
        if other.command is not None
        and (other.command.verb, other.command.text) == (command.verb, command.text)
        and accepted_ms(other) is not None
        and (sent_ms(other), other.id) <= (since, exchange.id)
    )
    times = [
        at
        for (kind, text, often), at in sandbox.heard.items()
        if (kind, text) == (command.verb, command.text) and often >= nth and at >= since
    ]
    times += looked_ms(sandbox, "playing", (command.verb, command.text), since)
    return min(times, default=None)


def looked_ms(sandbox: SandboxFacts | None, what: str, value: Hashable, since: int) -> list[int]:
    """Return when read-backs that were asked for at `since` or later saw `value`."""
    return [
        first if first >= since else last
        for seen, first, last in _looks(sandbox, what)
        if seen == value and last >= since
    ]


def last_looked_ms(sandbox: SandboxFacts | None, what: str, value: Hashable) -> int | None:
    """Return when the last read-back that saw `value` was asked for."""
    return max((last for seen, _, last in _looks(sandbox, what) if seen == value), default=None)


def latest_look(
    sandbox: SandboxFacts | None, what: str, since: int
) -> tuple[Hashable, int, int] | None:
    """Return the last value seen by a read-back that was asked for at `since` or later.

    With it the times at which it was seen first and last within that second.
    """
    found = [item for item in _looks(sandbox, what) if item[2] >= since]
    return max(found, key=lambda item: (item[2], item[1], str(item[0])), default=None)


def looked_other_ms(
    sandbox: SandboxFacts | None, what: str, values: Collection[Hashable], since: int
) -> list[int]:
    """Return when read-backs that were asked for at `since` or later saw none of `values`."""
    return [
        first if first >= since else last
        for seen, first, last in _looks(sandbox, what)
        if seen not in values and last >= since
    ]


def _looks(sandbox: SandboxFacts | None, what: str) -> list[tuple[Hashable, int, int]]:
    if sandbox is None:
        return []
    return [
        (value, first, last)
        for (name, value, _), (first, last) in sandbox.looks.items()
        if name == what
    ]
