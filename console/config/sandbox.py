"""The context that always exists: the sandbox on this machine, as it wrote about itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from console.config.context import Confirm
from console.config.env import read_env_file

SANDBOX = "sandbox"
"""The name of the context."""

DEFAULT_URL = "http://127.0.0.1:8820"

DEFAULTS: Mapping[str, Any] = {
    "api_url": DEFAULT_URL,
    "confirm": Confirm.DESTRUCTIVE,
    "frame.word": "SANDBOX",
    "frame.color": "success",
}

_FROM_ENV = {
    "application_id": "VONAGE_APPLICATION_ID",
    "private_key": "VONAGE_PRIVATE_KEY",
    "api_url": "VONAGE_API_URL",
    "signature_secret": "VONAGE_SIGNATURE_SECRET",
    "api_key": "VONAGE_API_KEY",
    "api_secret": "VONAGE_API_SECRET",
    "ca_file": "SANDBOX_CA_CERT",
}


class SandboxFacts(Struct, frozen=True):
    """What is known of the sandbox: settings, where its control API is, and what is missing."""

    values: Mapping[str, Any]
    url: str
    notes: tuple[str, ...] = ()


def sandbox_facts(env_file: Path) -> SandboxFacts:
    """Read the environment file of the sandbox; without one, say how to start it.

    Raises:
        ConfigError: The file is there and cannot be read.
    """
    if not env_file.exists():
        return SandboxFacts(
            {},
            DEFAULT_URL,
            (
                f"No sandbox has been started here ({env_file} does not exist). "
                "Start one: voice-console sandbox, or with callers: voice-console sandbox "
                "--scenario demo",
            ),
        )
    env = read_env_file(env_file)
    values: dict[str, Any] = {
        setting: env[variable] for setting, variable in _FROM_ENV.items() if env.get(variable)
    }
    numbers = [part.strip() for part in env.get("VONAGE_VIRTUAL_NUMBER", "").split(",")]
    if any(numbers):
        values["numbers"] = [number for number in numbers if number]
    url = env.get("SANDBOX_URL") or values.get("api_url", DEFAULT_URL)
    notes = tuple(
        f"{env_file} has no {variable}. Start the sandbox again: voice-console sandbox"
        for variable in ("VONAGE_APPLICATION_ID", "VONAGE_PRIVATE_KEY", "VONAGE_SIGNATURE_SECRET")
        if not env.get(variable)
    )
    key = values.get("private_key")
    if key is not None and not Path(key).exists():
        del values["private_key"]
        notes += (
            f"The sandbox that wrote {env_file} has ended: its key {key} is gone. "
            "Start one: voice-console sandbox",
        )
    if "ca_file" in values and not Path(values["ca_file"]).exists():
        del values["ca_file"]
    return SandboxFacts(values, url.rstrip("/"), notes)
