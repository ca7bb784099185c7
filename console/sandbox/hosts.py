"""Which hosts are this machine."""

from functools import lru_cache
from ipaddress import ip_address


def is_this_machine(host: str) -> bool:
    """Tell whether `host` is a loopback address, `localhost` or a name below it (RFC 6761).

    Names are not resolved: one that is meant for another machine never counts.
    """
    bare = host.removeprefix("[").removesuffix("]").lower().rstrip(".")
    return bare == "localhost" or bare.endswith(".localhost") or is_loopback(bare)


@lru_cache(256)
def is_loopback(address: str) -> bool:
    """Tell whether `address` is a loopback IP address, and no name."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str:
    """Return the host of a `Host` header, without its port and brackets, in small letters."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.rpartition(":")[0] if text.count(":") == 1 else text


def url_host(host: str) -> str:
    """Return how a client reaches a server bound to `host`, as a part of an URL."""
    reached = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{reached}]" if ":" in reached else reached
