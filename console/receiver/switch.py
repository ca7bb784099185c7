"""Whether webhooks go on to the user's own app in this session, and tokens still remembered."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from console.config.context import Route
from console.journal.record import Kind
from console.secret import Secret

_REMEMBERED: Final = 500
"""Tokens of so many webhooks are kept in memory; none of them is ever written down."""


_ANSWER: Final = "answer"
_BESIDE: Final = {
    Kind.EVENT: "event",
    Kind.FALLBACK: "fallback",
    Kind.RECORDING: "recording",
    Kind.INPUT: "input",
    Kind.NOTIFY: "notify",
}
"""The last part of a URL beside one that ends in `answer`."""


def beside(answer_url: str, kind: Kind) -> str | None:
    """Return where an app takes a webhook whose answer URL ends in `/answer`; else None."""
    plain, sign, query = answer_url.partition("?")
    head, slash, last = plain.rpartition("/")
    if kind is Kind.ANSWER:
        return answer_url
    return f"{head}/{_BESIDE[kind]}{sign}{query}" if slash and last == _ANSWER else None


@dataclass(slots=True)
class Switch:
    """Hands webhooks on to an app, or does not. On from the start, by the routes."""

    on: bool = True
    to: str | None = None
    """Asked for every number while it is on; None: the app of the number's route."""
    events: str | None = None
    """Where its events go then; None: beside `to`."""
    cause: str = ""
    """The action that set it; what is handed on since is tied to it."""

    def app(self, route: Route | None) -> str | None:
        """Return the URL of the app that is asked for a number; None: nobody is."""
        if not self.on:
            return None
        return self.to or (route.forward if route is not None else None)

    def app_of_event(self, route: Route | None, kind: Kind) -> str | None:
        """Return where the app gets such a webhook; None: it does not, as far as can be told."""
        if not self.on:
            return None
        if kind is Kind.EVENT and self.to is not None and self.events is not None:
            return self.events
        if self.to is not None:
            return beside(self.to, kind)
        if route is None or route.forward is None:
            return None
        if kind is Kind.EVENT and route.forward_events is not None:
            return route.forward_events
        return beside(route.forward, kind)


class Tokens:
    """The `Authorization` headers of the latest webhooks, in memory only, by exchange."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Secret] = OrderedDict()

    def keep(self, exchange: str, authorization: str | None) -> None:
        """Remember the header of a webhook; of too many the oldest is forgotten."""
        if authorization:
            self._kept[exchange] = Secret(authorization)
            if len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)

    def of(self, exchange: str) -> Secret | None:
        """Return the header of a webhook that is still remembered."""
        return self._kept.get(exchange)
