"""What an inbound call is told: an NCCO by the routes of the context."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from console.config.context import Route
from console.journal.record import Kind
from console.voice.ncco import NccoError, parse_ncco
from console.voice.webhooks import Webhook

GREETING: Final = "Hello. This number is connected, but nobody has said yet how to answer it."
APOLOGY: Final = "Sorry, this call cannot be handled right now. Please try again later."

Replies = Callable[[Kind, Mapping[str, str], Webhook], bytes | None]
"""Gives the NCCO for a webhook by the query of the URL that was asked and by what it says; None:
it is answered as any other."""

_FILE_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of a reply, and what went wrong on the way to it."""

    body: bytes
    problem: str | None = None
    """Goes into the reply's record as `reason`."""


def find_route(routes: Sequence[Route], to: str | None) -> Route | None:
    """Return the route of our number `to`, else the route of every other number (`*`)."""
    number = (to or "").removeprefix("+")
    rest: Route | None = None
    for route in routes:
        if route.number == "*":
            rest = rest or route
        elif number and route.number.removeprefix("+") == number:
            return route
    return rest


def route_of_event(routes: Sequence[Route], webhook: Webhook) -> Route | None:
    """Return the route of the number of ours that an event tells of.

    An event that names no number goes where any call is handed on.
    """
    ends = [getattr(webhook, name, None) for name in ("to", "from_")]
    if getattr(webhook, "direction", None) == "outbound":
        ends.reverse()
    numbers = [end.removeprefix("+") for end in ends if isinstance(end, str)]
    ours = {route.number.removeprefix("+"): route for route in routes}
    named = next((ours[number] for number in numbers if number in ours), None)
    rest = ours.get("*")
    if rest is not None and rest.forward is None and not numbers:
        rest = None
    handed = (route for route in routes if route.forward is not None)
    return named or rest or next(handed, None)


async def answer_of(route: Route | None) -> Answer:
    """Return the NCCO of a route that is not forwarded; a file is read anew for each call.

    A file that is missing or is no NCCO gives the default talk and says why.
    """
    match route:
        case Route(ncco_file=Path() as path):
            return await asyncio.to_thread(_from_file, path)
        case Route(ncco=tuple() as ncco):
            return _checked([dict(action) for action in ncco], "the route's ncco")
        case Route(conversation=str() as name):
            return Answer(_body([{"action": "conversation", "name": name}]))
        case _:
            return Answer(talk(GREETING))


def talk(text: str) -> bytes:
    """Return the NCCO that says `text`."""
    return _body([{"action": "talk", "text": text}])


def _from_file(path: Path) -> Answer:
    try:
        with path.open("rb") as file:
            raw = file.read(_FILE_BYTES + 1)
    except OSError as error:
        return Answer(talk(GREETING), f"{path} cannot be read: {error.strerror or error}")
    if len(raw) > _FILE_BYTES:
        return Answer(talk(GREETING), f"{path} is longer than {_FILE_BYTES} bytes")
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return Answer(talk(GREETING), f"{path} is no JSON: {error}")
    checked = _checked(value, str(path))
    return checked if checked.problem else Answer(raw)


def _checked(value: Any, where: str) -> Answer:
    try:
        parse_ncco(value)
    except NccoError as error:
        return Answer(talk(GREETING), f"{where} is no NCCO: {error}")
    return Answer(_body(value))


def _body(actions: Any) -> bytes:
    return json.dumps(actions, separators=(",", ":")).encode("ascii")
