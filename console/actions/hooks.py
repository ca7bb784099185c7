"""Where a webhook can be sent again: the user's own app, or our own receiver."""

from collections.abc import Callable

from console.client.safety import is_loopback, parse
from console.config.context import Context
from console.floor.read_webhooks import parse as read_webhook
from console.journal.record import WEBHOOK_KINDS, Kind, Record
from console.receiver.answers import find_route
from console.receiver.app import PATHS
from console.receiver.switch import Switch, Tokens, beside


class Hooks:
    """What is known of those who take webhooks.

    Args:
        context: Its routes name the user's app.
        switch: Whether answers are asked of the app in this session.
        tokens: Of the latest webhooks.
        own: Base URL of our receiver on this machine; None: nothing is received here.
    """

    def __init__(
        self,
        context: Context,
        switch: Switch | None = None,
        tokens: Tokens | None = None,
        own: Callable[[], str] | None = None,
    ) -> None:
        self.context = context
        self.switch = switch or Switch()
        self.tokens = tokens or Tokens()
        self._own = own

    @property
    def app(self) -> str:
        """The answer URL of the user's app; empty: nobody named one."""
        named = (route.forward for route in self.context.routes if route.forward)
        return self.switch.to or next(named, "")

    @property
    def handed_on(self) -> bool:
        """Whether answers are asked of an app now."""
        return self.switch.on and bool(self.app)

    def app_url(self, record: Record) -> str:
        """Return where the user's app takes such a webhook, as far as can be told; may be empty.

        The answer URL is known; of an address that ends in `answer` the others are its
        neighbours.
        """
        route = find_route(self.context.routes, _called(record))
        url = self.switch.to or (route.forward if route is not None else None) or self.app
        kind = kind_of(record)
        if kind is None or kind is Kind.ANSWER:
            return url
        told = route.forward_events if route is not None else None
        if kind is Kind.EVENT and (events := self.switch.events or told):
            return events
        return beside(url, kind) or url

    def own_url(self, record: Record) -> str:
        """Return where our receiver takes such a webhook; empty: nothing is received here."""
        kind = kind_of(record)
        if self._own is None or kind is None:
            return ""
        return self._own() + PATHS[kind]

    def is_risky(self, url: str) -> bool:
        """Tell whether a webhook sent there may do harm: no sandbox, and another machine.

        Raises:
            VoiceUnsafeError: It is no plain URL.
        """
        return not self.context.is_sandbox and not is_loopback(parse(url).host)


def kind_of(record: Record) -> Kind | None:
    """Return which webhook a record is, or was sent again from here; None: it is none."""
    if record.kind in WEBHOOK_KINDS:
        return record.kind
    said = record.meta.get("as")
    if record.kind is not Kind.FORWARD_REQUEST or "replays" not in record.meta:
        return None
    return next((kind for kind in WEBHOOK_KINDS if kind.value == said), None)


def _called(record: Record) -> str | None:
    webhook = read_webhook(record)
    to = getattr(webhook, "to", None)
    return to if isinstance(to, str) else None
