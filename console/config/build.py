"""From chosen values to a context: URLs, keys, routes, checked one by one."""

import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import UNSET

from console.config.context import Context, Frame, ReceiverSettings, Route
from console.config.errors import ConfigError
from console.config.keys import (
    load_private_key,
    load_signature_secret,
    load_signature_secret_file,
    resolve,
)
from console.config.regions import region_url
from console.config.settings import RouteTable
from console.secret import Secret

_AS_SAID = (
    "application_id",
    "api_key",
    "theme",
    "ascii",
    "frames_per_second",
    "confirm",
    "readonly",
    "mask_digits",
    "calls_per_second",
    "requests_per_second",
)
"""Settings that need no more than the type the file already checked."""


class Builder:
    """Makes one context of the values that were chosen, and collects what is to be said."""

    def __init__(
        self,
        values: Mapping[str, Any],
        where: Callable[[str], str],
        base: Callable[[str], Path],
    ) -> None:
        """Take the values by setting.

        Args:
            values: Of their settings' types; what is not there takes the context's default.
            where: Who gave a setting, for errors.
            base: The directory a setting's relative path starts from.
        """
        self._values = values
        self._where = where
        self._base = base
        self.notes: list[str] = []

    def build(self, name: str, sandbox_url: str | None) -> Context:
        """Return the context.

        Raises:
            ConfigError: A value cannot be used.
        """
        chosen = {key: self._values[key] for key in _AS_SAID if key in self._values}
        if "api_secret" in self._values:
            chosen["api_secret"] = Secret(self._values["api_secret"])
        plain = Context(name=name)
        return Context(
            name=name,
            sandbox_url=sandbox_url,
            private_key=self._private_key(),
            api_url=self._api_url() or plain.api_url,
            signature_secret=self._signature_secret(),
            numbers=tuple(number.lstrip("+") for number in self._values.get("numbers", ())),
            receiver=self._receiver(),
            routes=self._routes(),
            frame=self._frame(plain.frame),
            ca_file=self._ca_file(),
            **chosen,
        )

    def _private_key(self) -> Secret | None:
        value = self._values.get("private_key")
        if value is None:
            return None
        loaded = load_private_key(
            value, where=self._where("private_key"), base=self._base("private_key")
        )
        self.notes += loaded.notes
        return loaded.secret

    def _signature_secret(self) -> Secret | None:
        if (value := self._values.get("signature_secret")) is not None:
            loaded = load_signature_secret(value, where=self._where("signature_secret"))
        elif (value := self._values.get("signature_secret_file")) is not None:
            loaded = load_signature_secret_file(
                value,
                where=self._where("signature_secret_file"),
                base=self._base("signature_secret_file"),
            )
        else:
            return None
        self.notes += loaded.notes
        return loaded.secret

    def _api_url(self) -> str | None:
        if (region := self._values.get("region")) is not None:
            try:
                return region_url(region)
            except KeyError as error:
                raise ConfigError(f"{self._where('region')}: {error.args[0]}") from None
        value = self._values.get("api_url")
        if value is None:
            return None
        url = web_url(value, self._where("api_url"))
        if url.startswith("http:") and not is_loopback(urlsplit(url).hostname or ""):
            raise ConfigError(
                f"{self._where('api_url')}: tokens would leave this machine unencrypted; "
                "use https (http is for a sandbox on this machine)"
            )
        return url

    def _receiver(self) -> ReceiverSettings:
        given = {
            key: self._values[f"receiver.{key}"]
            for key in ("host", "port", "policy")
            if f"receiver.{key}" in self._values
        }
        public = self._values.get("receiver.public_url")
        if public is not None:
            given["public_url"] = web_url(public, self._where("receiver.public_url"))
        return ReceiverSettings(**given)

    def _frame(self, default: Frame) -> Frame:
        return Frame(
            word=self._values.get("frame.word", default.word),
            color=self._values.get("frame.color", default.color),
        )

    def _ca_file(self) -> Path | None:
        value = self._values.get("ca_file")
        if value is None:
            return None
        path = resolve(value, self._base("ca_file"))
        if not path.is_file():
            raise ConfigError(f"{self._where('ca_file')}: no such file: {path}")
        return path

    def _routes(self) -> tuple[Route, ...]:
        where = self._where("routes")
        routes = tuple(
            self._route(table, f"{where}: routes[{index}]")
            for index, table in enumerate(self._values.get("routes", ()))
        )
        numbers = [route.number for route in routes]
        for number in numbers:
            if numbers.count(number) > 1:
                raise ConfigError(f"{where}: routes has {number} more than once; keep one")
        return routes

    def _route(self, table: RouteTable, where: str) -> Route:
        ways = {
            way: value
            for way in ("ncco_file", "ncco", "conversation", "forward")
            if (value := getattr(table, way)) is not UNSET
        }
        if len(ways) != 1:
            said = " and ".join(ways) or "nothing"
            raise ConfigError(
                f"{where} must have exactly one of ncco_file, ncco, conversation, forward; "
                f"it has {said}"
            )
        if table.forward_events is not UNSET and "forward" not in ways:
            raise ConfigError(f"{where}: forward_events goes with forward")
        match way := next(iter(ways)):
            case "ncco_file":
                ways[way] = path = resolve(ways[way], self._base("routes"))
                if not path.is_file():
                    raise ConfigError(f"{where}.ncco_file: no such file: {path}")
            case "ncco":
                ways[way] = checked_ncco(ways[way], f"{where}.ncco")
            case "forward":
                ways[way] = web_url(ways[way], f"{where}.forward")
                if table.forward_events is not UNSET:
                    events = web_url(table.forward_events, f"{where}.forward_events")
                    ways["forward_events"] = events
        return Route(number=table.number.lstrip("+"), **ways)


def checked_ncco(value: list[dict[str, Any]], where: str) -> tuple[Mapping[str, Any], ...]:
    """Return an inline NCCO as it was given, once it is known to be one.

    Raises:
        ConfigError: It is none; the text names the first defect.
    """
    from console.voice.ncco import NccoError, parse_ncco

    try:
        parse_ncco(value)
    except NccoError as error:
        defect = error.defects[0]
        raise ConfigError(f"{where} is no valid NCCO: {defect.path}: {defect.reason}") from None
    return tuple(value)


def web_url(value: str, where: str) -> str:
    """Return an http(s) URL without its trailing slash.

    Raises:
        ConfigError: It is none, or carries a user name or password.
    """
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise ConfigError(f"{where}: {value} is no URL: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"{where}: {value} is no URL: it must begin with https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise ConfigError(f"{where}: the URL must not hold a user name or password")
    return value.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host of a URL is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
