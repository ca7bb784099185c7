"""Who may use the control API: programs on this machine, and no web page (DNS rebinding)."""

from starlette.requests import Request

from console.sandbox.hosts import host_of, is_loopback

_FOREIGN = frozenset({"cross-site", "same-site"})


def refusal(request: Request) -> str | None:
    """Return why a request of the control API is refused, None where it is not."""
    client = request.client
    if client is None or not is_loopback(client.host.partition("%")[0]):
        return "The control API answers this machine only."
    host = host_of(request.headers.get("host", ""))
    if host != "localhost" and not is_loopback(host):
        return "The Host header must name this machine: localhost or a loopback address."
    if "origin" in request.headers or request.headers.get("sec-fetch-site") in _FOREIGN:
        return "The control API does not answer web pages."
    return None
