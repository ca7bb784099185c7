"""Regions: each has an HTTP and an HTTPS socket of its own, and its own calls (2.4)."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from console.sandbox.errors import SandboxError
from console.sandbox.hosts import url_host
from console.sandbox.http_server import bind
from console.voice.limits import REGIONS

DEFAULT_REGION: Final = "eu-west"
"""The region of a sandbox that was told none."""
MOST: Final = 2


@dataclass(frozen=True, slots=True)
class Region:
    """One region.

    Attributes:
        name: As the Application API has it (10.4).
        url: Base URL of its HTTP socket, without a trailing slash.
        tls_url: Base URL of its HTTPS socket.
        base_url: Base of the URLs that webhooks name: `region_url`, `recording_url`.
    """

    name: str
    url: str
    tls_url: str
    base_url: str


@dataclass(frozen=True, slots=True)
class Doors:
    """Where a region is to be reached: its ports, 0 for free ones, and what they are set by."""

    name: str
    port: int
    tls_port: int
    option: str
    tls_option: str
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A region whose ports are held."""

    region: Region
    plain: socket.socket
    secure: socket.socket


def parse_regions(text: str) -> tuple[str, ...]:
    """Return the regions of a list such as `eu-west,na-east`; the first one is the default.

    Raises:
        SandboxError: One is not known or named twice, or there are more than two.
    """
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [name for name in names if name not in REGIONS]
    if unknown or not names:
        what = f"{unknown[0]} is no region" if unknown else "no region is named"
        raise SandboxError(f"--regions: {what}; take one or two of {', '.join(REGIONS)}.")
    if len(names) > MOST or len(set(names)) < len(names):
        raise SandboxError("--regions: name one region, or two that differ.")
    return names


def listen(host: str, wanted: Sequence[Doors]) -> list[Opened]:
    """Hold the ports of all regions.

    Raises:
        SandboxError: One is taken or not ours; then none is held.
    """
    held: list[socket.socket] = []
    opened: list[Opened] = []
    reached = url_host(host)
    try:
        for doors in wanted:
            plain = bind(host, doors.port, doors.option)
            held.append(plain)
            secure = bind(host, doors.tls_port, doors.tls_option)
            held.append(secure)
            url = f"http://{reached}:{plain.getsockname()[1]}"
            tls_url = f"https://{reached}:{secure.getsockname()[1]}"
            base = (doors.public_url or url).rstrip("/")
            opened.append(Opened(Region(doors.name, url, tls_url, base), plain, secure))
    except BaseException:
        for one in held:
            one.close()
        raise
    return opened
