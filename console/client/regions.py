"""Which host a live call is asked at: a call exists in one region only (2.4).

Another region's host answers 404, although the id is right and nothing was done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.client.errors import VoiceUnsafeError
from console.client.safety import is_loopback, may_have_token, parse
from console.config.context import Context
from console.config.regions import REGIONS
from console.http import URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What is known of the leg that is asked about.

    Attributes:
        live: It is not over, as far as is known.
        conversation: The one it is in.
        region_url: As an answer webhook named it, to a leg of this conversation; not checked yet.
    """

    live: bool
    conversation: str | None = None
    region_url: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A region by its name and the base URL of its API, without a trailing slash."""

    name: str
    url: str


class Regions:
    """The hosts of one context, and what was learned of each leg.

    `seat_of` tells what the floor knows of a leg; None where it does not know it. Nobody is asked
    until it is set: then every leg is asked for at the context's own host, and nowhere else.

    Args:
        context: Whose API URL is asked first.
    """

    def __init__(self, context: Context) -> None:
        self.seat_of: Callable[[str], Seat | None] = _unknown
        self._context = context
        self._own = context.api_url.rstrip("/")
        self._known = () if context.is_sandbox else tuple(Region(*one) for one in REGIONS.items())
        self._named: dict[str, str] = {}
        self._found: dict[str, str] = {}
        self._missed: set[str] = set()

    def know(self, regions: Mapping[str, tuple[str, str]]) -> None:
        """Take the regions of a sandbox: by name the URL to ask, and what its webhooks name."""
        self._known = tuple(Region(name, url.rstrip("/")) for name, (url, _) in regions.items())
        self._named = {told.rstrip("/"): url.rstrip("/") for url, told in regions.values()}

    def base(self, leg: str) -> str:
        """Return the base URL at which `leg` is asked for."""
        if (found := self._found.get(leg)) is not None:
            return found
        seat = self.seat_of(leg)
        if seat is None:
            return self._own
        told = self.trusted(seat.region_url) if seat.region_url else None
        return told or self._found.get(seat.conversation or "") or self._own

    def trusted(self, region_url: str) -> str | None:
        """Return the base URL that a webhook's `region_url` names, or None: no token goes there.

        A sandbox's calls are asked for on this machine only.
        """
        if (own := self._named.get(region_url.rstrip("/"))) is not None:
            region_url = own
        try:
            url = parse(region_url)
        except VoiceUnsafeError:
            return None
        if self._context.is_sandbox:
            allowed = is_loopback(url.host) or origin(url) == origin(URL(self._own))
        else:
            allowed = may_have_token(region_url, self._own)
        return origin(url) if allowed else None

    def others(self, leg: str, asked: str) -> tuple[Region, ...]:
        """Return where else a leg can be after a 404 of `asked`; empty: it need not be looked for.

        That is, it is not known to be live, or it was looked for everywhere before.
        """
        seat = self.seat_of(leg)
        if seat is None or not seat.live or leg in self._missed:
            return ()
        known = {region.url: region for region in self._known}
        known.setdefault(self._own, Region("this context's region", self._own))
        return tuple(region for url, region in known.items() if url != asked)

    def found(self, leg: str, region: Region) -> None:
        """Ask for this leg, and for its conversation, there from now on."""
        self._found[leg] = region.url
        seat = self.seat_of(leg)
        if seat is not None and seat.conversation:
            self._found[seat.conversation] = region.url

    def missed(self, leg: str) -> None:
        """Do not look for this leg everywhere again."""
        self._missed.add(leg)


def origin(url: URL) -> str:
    """Return scheme, host and port of a URL, as a base URL."""
    return str(url.copy_with(path="/", query=None, fragment=None)).rstrip("/")


def _unknown(leg: str) -> Seat | None:
    return None
