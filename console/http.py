"""The one door to the HTTP library: every other module takes its names from here."""

import ssl
from pathlib import Path

from httpx import (
    URL,
    ASGITransport,
    AsyncBaseTransport,
    AsyncClient,
    BasicAuth,
    CloseError,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    InvalidURL,
    Limits,
    MockTransport,
    PoolTimeout,
    QueryParams,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    Request,
    Response,
    Timeout,
    TimeoutException,
    TransportError,
    UnsupportedProtocol,
    WriteError,
    WriteTimeout,
)

__all__ = [
    "URL",
    "ASGITransport",
    "AsyncBaseTransport",
    "AsyncClient",
    "BasicAuth",
    "CloseError",
    "ConnectError",
    "ConnectTimeout",
    "HTTPError",
    "InvalidURL",
    "Limits",
    "MockTransport",
    "PoolTimeout",
    "QueryParams",
    "ReadError",
    "ReadTimeout",
    "RemoteProtocolError",
    "Request",
    "Response",
    "Timeout",
    "TimeoutException",
    "TransportError",
    "UnsupportedProtocol",
    "WriteError",
    "WriteTimeout",
    "trust",
]


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Return a TLS context of the system's authorities, and of `ca_file` where one is given."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=str(ca_file))
    return context
