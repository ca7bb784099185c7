"""The sandbox itself, as its own process, as a person starts it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.config.context import Context, ReceiverSettings, SignaturePolicy
from console.secret import Secret

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class RealSandbox:
    env: dict[str, str]
    pid: int

    @property
    def url(self) -> str:
        return self.env["SANDBOX_URL"]

    def context(self, **more: Any) -> Context:
        settings: dict[str, Any] = {
            "name": "sandbox",
            "application_id": self.env["VONAGE_APPLICATION_ID"],
            "private_key": Secret(Path(self.env["VONAGE_PRIVATE_KEY"]).read_text("utf-8")),
            "api_url": self.env["VONAGE_API_URL"],
            "signature_secret": Secret(self.env["VONAGE_SIGNATURE_SECRET"]),
            "api_key": self.env["VONAGE_API_KEY"],
            "api_secret": Secret(self.env["VONAGE_API_SECRET"]),
            "numbers": (self.env["VONAGE_VIRTUAL_NUMBER"],),
            "receiver": ReceiverSettings(policy=SignaturePolicy.REJECT),
            "sandbox_url": self.url,
            "ca_file": Path(self.env["SANDBOX_CA_CERT"]),
        }
        return Context(**(settings | more))


@contextmanager
def real_sandbox(folder: Path, *options: str) -> Iterator[RealSandbox]:
    """Start a sandbox on free ports and end it as Ctrl-C does."""
    env_file = folder / "sandbox.env"
    command = [sys.executable, "-m", "console", "sandbox", "--port", "0", "--tls-port", "0"]
    command += ["--env-file", str(env_file), "--seed", "1", "--quiet", *options]
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (
        (folder / "sandbox.err").open("wb") as errors,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **home},
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready.startswith(b"ready http="), (folder / "sandbox.err").read_text()
            lines = shlex.split(env_file.read_text("utf-8"))
            yield RealSandbox(dict(line.split("=", 1) for line in lines), process.pid)
        finally:
            process.terminate()
            process.wait(10)
