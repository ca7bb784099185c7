"""How an exchange ended, as its answer tells."""

from console.floor.gathered import Exchange, Outcome
from console.voice.errors import decode_problem


def is_accepted(status: object) -> bool:
    """Tell whether an HTTP status says yes."""
    return isinstance(status, int) and 200 <= status < 300


def end(exchange: Exchange, outcome: Outcome) -> None:
    """Join an end to an exchange; of several the greatest counts."""
    if exchange.outcome is None or outcome > exchange.outcome:
        exchange.outcome = outcome


def refusal(status: int, raw: bytes) -> str:
    """Return why the API refused, in its own words."""
    problem = decode_problem(status, raw)
    words = problem.detail or problem.title or ""
    named = ", ".join(f"{item.name}: {item.reason}" for item in problem.invalid_parameters)
    said = f"{words} ({named})" if named else words
    return f"the API answered {status}{': ' if said else ''}{said}"[:400]
