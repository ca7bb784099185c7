"""Whether answers are asked of the user's own app in this session, and tokens not yet forgotten."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from console.config.context import Route
from console.secret import Secret

_REMEMBERED: Final = 500
"""Tokens of so many webhooks are kept in memory; none of them is ever written down."""


@dataclass(slots=True)
class Switch:
    """Hands answer webhooks on to an app, or does not. On from the start, by the routes."""

    on: bool = True
    to: str | None = None
    """Asked for every number while it is on; None: the app of the number's route."""
    cause: str = ""
    """The action that set it; what is handed on since is tied to it."""

    def app(self, route: Route | None) -> str | None:
        """Return the URL of the app that is asked for a number; None: nobody is."""
        if not self.on:
            return None
        return self.to or (route.forward if route is not None else None)


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
