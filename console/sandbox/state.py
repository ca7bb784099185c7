"""The folder a sandbox keeps its things in: for good with `--state`, else as long as it runs.

```
sandbox.json   account, numbers, applications, how often it was started   (0600)
private.key    the default application's private key                      (0600)
ca.pem …       the local CA and the server's certificate                  (keys 0600)
shaken.key     the key of the certificate for shaken identities (0600)
calls.jsonl    finished calls
names.jsonl    names of conversations, as long as they live
recordings/    <application>/<file>.<format>; of another region: recordings-<region>/
```
"""

import fcntl
import os
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from console.sandbox.account import DEFAULT_NUMBERS, Account, Holdings, new_account
from console.sandbox.applications import Application, Voice, Wanted, parse_application
from console.sandbox.errors import SandboxError
from console.sandbox.keys import make_key_pair
from console.sandbox.numbers import OwnNumber, described, own_number
from console.sandbox.regions import DEFAULT_REGION
from console.secret import Secret
from console.voice.errors import InvalidParameters
from console.voice.wire import UnreadableJson, decode_json, encode_json

APPLICATION_NAME: Final = "Sandbox"
_FORMAT: Final = 1


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    fresh.replace(path)


class StateFolder:
    """One folder, held by one sandbox at a time.

    Args:
        path: Where things are kept; None takes a folder that is deleted by `close`.

    Raises:
        SandboxError: The folder cannot be used, or another sandbox uses it.
    """

    def __init__(self, path: Path | None) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if path is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="voice-console-sandbox-")
            path = Path(self._temporary.name)
        self.path = path.absolute()
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SandboxError(
                f"The state folder {path} cannot be used ({error.strerror});"
                " name another one with --state."
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise SandboxError(
                f"Another sandbox uses the state folder {path};"
                " end it, or name another one with --state."
            ) from error

    @property
    def kept(self) -> bool:
        """Whether it outlives the sandbox."""
        return self._temporary is None

    @property
    def key_file(self) -> Path:
        """The default application's private key."""
        return self.path / "private.key"

    @property
    def calls_file(self) -> Path:
        """The finished calls."""
        return self.path / "calls.jsonl"

    @property
    def names_file(self) -> Path:
        """The names of conversations."""
        return self.path / "names.jsonl"

    def recordings(self, region: str) -> Path:
        """Return the folder of the recordings of a region."""
        return self.path / ("recordings" if region == DEFAULT_REGION else f"recordings-{region}")

    def close(self) -> None:
        """Let go of the folder; a temporary one is deleted."""
        os.close(self._lock)
        if self._temporary is not None:
            self._temporary.cleanup()

    def load(self) -> Holdings:
        """Return what was kept, made new where there is nothing; a default application is there.

        Raises:
            SandboxError: What was kept cannot be read.
        """
        file = self.path / "sandbox.json"
        holdings = self._read(file) if file.exists() else _fresh()
        if holdings.default_application not in holdings.applications or not self.key_file.exists():
            self._make_default(holdings)
        holdings.runs += 1
        self.save(holdings)
        return holdings

    def save(self, holdings: Holdings) -> None:
        """Keep `holdings`."""
        account = holdings.account
        write_private(
            self.path / "sandbox.json",
            encode_json(
                {
                    "format": _FORMAT,
                    "runs": holdings.runs,
                    "api_key": account.api_key,
                    "api_secret": account.api_secret.reveal(),
                    "signature_secret": account.signature_secret.reveal(),
                    "numbers": [number.to_state() for number in holdings.own_numbers.values()],
                    "default_application": holdings.default_application,
                    "applications": [app.to_wire() for app in holdings.applications.values()],
                }
            ),
        )

    def _make_default(self, holdings: Holdings) -> None:
        private, public = make_key_pair()
        write_private(self.key_file, private.reveal().encode())
        known = holdings.applications.get(holdings.default_application)
        wanted = Wanted(
            name=APPLICATION_NAME if known is None else known.name,
            voice=Voice() if known is None else known.voice,
        )
        id_ = str(uuid.uuid4()) if known is None else known.id
        holdings.applications[id_] = Application.of(id_, wanted, public)
        holdings.default_application = id_
        # Numbers whose application is gone would be of no use to anybody.
        for msisdn, number in holdings.own_numbers.items():
            if number.app_id is None and number.voice_callback_type is None:
                holdings.own_numbers[msisdn] = replace(number, app_id=id_)

    def _read(self, file: Path) -> Holdings:
        try:
            return _holdings(decode_json(file.read_bytes()))
        except (OSError, UnreadableJson, InvalidParameters, KeyError, TypeError) as error:
            raise SandboxError(
                f"{file} cannot be read ({error}); delete it, or name another folder with --state."
            ) from error


def _fresh() -> Holdings:
    own = {msisdn: described(msisdn, None) for msisdn in DEFAULT_NUMBERS}
    return Holdings(new_account(), own_numbers=own)


def _number(item: object, default_application: str) -> OwnNumber:
    if isinstance(item, Mapping):
        return own_number(item)
    # Folders of earlier versions hold the digits only.
    return described(str(item), default_application)


def _holdings(wire: Any) -> Holdings:
    applications: dict[str, Application] = {}
    for item in wire["applications"]:
        wanted = parse_application(item)
        applications[item["id"]] = Application.of(item["id"], wanted, item["keys"]["public_key"])
    account = Account(wire["api_key"], Secret(wire["api_secret"]), Secret(wire["signature_secret"]))
    default = str(wire["default_application"])
    numbers = [_number(item, default) for item in wire.get("numbers", DEFAULT_NUMBERS)]
    return Holdings(
        account,
        applications,
        own_numbers={number.msisdn: number for number in numbers},
        default_application=default,
        runs=int(wire["runs"]),
    )
