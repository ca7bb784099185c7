"""In which region a leg is: as an answer webhook told, or as a request of ours found (2.4)."""

from collections.abc import Iterable

from console.floor.gathered import Exchange


def region_url(exchanges: Iterable[Exchange], told: Iterable[str]) -> str | None:
    """Return the base URL of a leg's region; where it was found counts more than what was told."""
    found = [
        (exchange.outcome.at_ms, exchange.id, exchange.found[1])
        for exchange in exchanges
        if exchange.outcome is not None and exchange.found is not None
    ]
    return max(found)[2] if found else max(told, default=None)


def found_words(exchanges: Iterable[Exchange]) -> str:
    """Return where these requests found their leg, for people; empty: they did not look."""
    names = sorted({exchange.found[0] for exchange in exchanges if exchange.found is not None})
    return f"found in {', '.join(names)}; asked there from now on" if names else ""
