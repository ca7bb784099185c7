"""Which way the toggle of a subscription to keys goes, and where the keys are posted (3.9)."""

from dataclasses import dataclass

from console.actions.forms import Args
from console.actions.requests import ArgsError, Surroundings, filled
from console.floor.digits import tagged
from console.voice.defects import is_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What becomes of the subscription of a leg."""

    url: str | None
    """Where each key goes; None: the subscription ends."""
    ours: bool = False
    """It is our receiver: what comes there can be told from other input."""
    args: Args
    """What is written down of it."""

    def posted_to(self, attempt: str) -> str:
        """Return the URL that is sent; one of ours says whose keys it brings."""
        url = self.url or ""
        return tagged(url, attempt) if self.ours else url


def wish(args: Args, around: Surroundings, *, subscribed: bool) -> Wish:
    """Return what form `subscribe` wants.

    Args:
        args: What was typed; a URL always subscribes, and replaces the one before.
        around: Knows our receiver.
        subscribed: There is a subscription, as far as is known.

    Raises:
        ArgsError: It cannot be sent as it is.
    """
    values = filled("subscribe", args)
    want, url = values["want"], values["url"]
    if want == "toggle":
        want = "unsubscribe" if subscribed and not url else "subscribe"
    if want == "unsubscribe":
        if url:
            raise ArgsError("the end of a subscription takes no URL")
        return Wish(url=None, args={"want": want})
    if url:
        if not is_url(url, ("http", "https")):
            raise ArgsError(f"“{url}” is not an http or https URL")
        ours = around.webhooks is not None and url.startswith(f"{around.webhooks}/")
        return Wish(url=url, ours=ours, args={"want": want, "url": url})
    if around.webhooks is None:
        raise ArgsError("nothing is received here; type where the keys go: :subscribe https://…")
    return Wish(url=f"{around.webhooks}/input", ours=True, args={"want": want})
