"""Where a leg was: its conversations in order, from moves, events and read-backs.

Two clocks tell it. Events carry the platform's; a read-back is dated by ours. They are not
compared: an event that was received before a read-back was asked for is older than it, since
the platform knew of it when it answered.
"""

from console.floor.facts import Asked, Keyed, Move, Source, StatusFact
from console.floor.gathered import LegFacts
from console.voice.statuses import ENDED


def lineage(leg: LegFacts) -> tuple[str, ...]:
    """Return the conversations of a leg in order, none twice in a row; the last is the current."""
    if len(leg.touched) <= 1:
        return leg.touched
    path = _by_events(leg)
    for received, conversation in sorted(_undated(leg)):
        if all(conversation != known for known, _ in path):
            path.insert(_after(path, received), (conversation, received))
    for first, conversation in sorted((first, c) for c, (first, _) in leg.looked.items()):
        if all(conversation != known for known, _ in path):
            path.insert(_after(path, first), (conversation, first))
    if leg.looked:
        last, conversation = max((last, c) for c, (_, last) in leg.looked.items())
        place = _after(path, last)
        # Where a late event tells it too, that is when the leg came there.
        if all(conversation != known for known, _ in path[place:]):
            path.insert(place, (conversation, last))
    return _without_repeats([conversation for conversation, _ in path])


def _by_events(leg: LegFacts) -> list[tuple[str, int]]:
    """Return (conversation, received) in the order of the platform's clock."""
    moves: dict[int, list[tuple[Move, int]]] = {}
    stays: list[tuple[int, str, int]] = []
    ends: list[tuple[int, str, int]] = []
    for fact, received in leg.facts.items():
        match fact:
            case Move(_, _, int() as at_ms):
                moves.setdefault(at_ms, []).append((fact, received))
            case StatusFact(status, int() as at_ms, str() as conversation):
                (ends if status in ENDED else stays).append((at_ms, conversation, received))
            case Keyed(int() as at_ms, str() as conversation):
                stays.append((at_ms, conversation, received))
            case _:
                pass
    named = {c for at in moves.values() for move, _ in at for c in (move.from_, move.to)}
    named.update(conversation for _, conversation, _ in stays)
    # An end moves nobody: it counts only where it names a conversation that is news.
    stays += [end for end in ends if end[1] not in named]
    stays.sort()
    path: list[tuple[str, int]] = []
    at = 0
    for at_ms in sorted(moves):
        chain = _chain(moves[at_ms])
        nodes = {conversation for conversation, _ in chain}
        while at < len(stays) and stays[at][0] <= at_ms:
            _, conversation, received = stays[at]
            if stays[at][0] < at_ms or conversation not in nodes:
                path.append((conversation, received))
            at += 1
        path += chain
    path += [(conversation, received) for _, conversation, received in stays[at:]]
    return path


def _chain(moves: list[tuple[Move, int]]) -> list[tuple[str, int]]:
    """Return the conversations of moves with one and the same timestamp, end to end."""
    left = sorted(moves, key=lambda item: (item[0].from_ or "", item[0].to or "", item[1]))
    chain: list[tuple[str, int]] = []
    while left:
        arrivals = {move.to for move, _ in left}
        end = chain[-1][0] if chain else None
        following = [item for item in left if item[0].from_ == end]
        starts = [item for item in left if item[0].from_ not in arrivals]
        item = (following or starts or left)[0]
        left.remove(item)
        move, received = item
        chain += [(c, received) for c in (move.from_, move.to) if c]
    return chain


def _undated(leg: LegFacts) -> list[tuple[int, str]]:
    """Return (received, conversation) of what the platform told without a time.

    The answer to a create is where the leg began, whenever it came.
    """
    found: list[tuple[int, str]] = []
    for fact, received in leg.facts.items():
        match fact:
            case StatusFact(at_ms=None, conversation=str() as conversation, source=source):
                found.append((received if source is Source.EVENT else 0, conversation))
            case Keyed(at_ms=None, conversation=str() as conversation):
                found.append((received, conversation))
            case Asked(conversation=str() as conversation):
                found.append((received, conversation))
            case Move(from_, to, None):
                found += [(received, c) for c in (from_, to) if c]
            case _:
                pass
    return found


def _after(path: list[tuple[str, int]], received: int) -> int:
    """Return the place behind the last of `path` that was received by then."""
    for place in range(len(path), 0, -1):
        if path[place - 1][1] <= received:
            return place
    return 0


def _without_repeats(path: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for conversation in path:
        if not kept or kept[-1] != conversation:
            kept.append(conversation)
    return tuple(kept)
