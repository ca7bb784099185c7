"""`voice-console demo`: a sandbox full of callers, and the console on it."""

import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from console.cli.drawing import drawing_options
from console.cli.open import need_terminal, run_console
from console.cli.running import running_options
from console.cli.selection import Selection, select_context
from console.text import clean

READY_S = 30.0
"""How long a sandbox may take to be ready."""

END_S = 3.0
"""How long it may take to end before it is killed."""

_ROUTES = Path(__file__).resolve().parents[1] / "sandbox" / "scenarios" / "demo-routes.toml"


@click.command("demo")
@select_context
@click.option("--seed", type=int, metavar="N", help="The same callers, the same stories.")
@drawing_options
@running_options
@click.option(
    "--journal",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to record; without it the journal of the demo.",
)
@click.option(
    "--voice",
    type=click.Choice(["auto", "espeak", "tones"]),
    default="auto",
    show_default=True,
    help="What speaks, as for `sandbox`.",
)
@click.option(
    "--recogniser",
    metavar="NAME",
    default="scripted",
    show_default=True,
    help="What finds words in speech, as for `sandbox`.",
)
def command(
    selection: Selection,
    seed: int | None,
    theme: str | None,
    ascii_only: bool | None,
    plain: bool,
    readonly: bool | None,
    journal: Path | None,
    voice: str,
    recogniser: str,
) -> int:
    """Open the console on a sandbox with callers in it. No account, no phone, no network.

    The sandbox runs beside the console and ends with it. `i` dials in yourself.
    """
    if not plain:
        need_terminal()
    from console.config.load import SANDBOX
    from console.config.paths import journal_file

    with tempfile.TemporaryDirectory(prefix="voice-console-demo-") as folder:
        click.echo("Starting a sandbox with callers in it …", err=True)
        sound = ("--voice", voice, "--recogniser", recogniser)
        with sandbox_process(Path(folder), *sound, seed=seed) as env_file:
            overrides: dict[str, Any] = {
                "routes": demo_routes(),
                "readonly": readonly,
                "theme": theme,
                "ascii": ascii_only,
            }
            loaded = Selection(selection.config_file, SANDBOX).load(overrides, sandbox_env=env_file)
            return run_console(loaded.context, journal or journal_file("demo"), plain=plain)


def demo_routes() -> list[dict[str, Any]]:
    """Return how the demo answers its inbound calls, as tables of the setting `routes`."""
    tables = tomllib.loads(_ROUTES.read_text(encoding="utf-8"))["routes"]
    assert isinstance(tables, list)
    return tables


@contextmanager
def sandbox_process(folder: Path, *options: str, seed: int | None = None) -> Iterator[Path]:
    """Run a sandbox with the demo's callers while the block runs; give its environment file.

    It ends with this process however that ends: it reads a pipe that we hold. What it says on
    stderr before it is ready is said here.

    Raises:
        click.ClickException: It did not become ready; the text has the end of its log.
    """
    env_file, log = folder / "sandbox.env", folder / "sandbox.log"
    line = [sys.executable, "-m", "console.cli.tethered", "sandbox", "--quiet"]
    line += ["--port", "0", "--tls-port", "0", "--state", str(folder / "state")]
    line += ["--env-file", str(env_file), "--scenario", "demo"]
    line += options
    if seed is not None:
        line += ["--seed", str(seed)]
    out = folder / "sandbox.out"
    with log.open("wb") as errors, out.open("wb") as said:
        process = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=said, stderr=errors, start_new_session=True
        )
    try:
        _wait_until_ready(process, out, log)
        for notice in log.read_text(encoding="utf-8", errors="backslashreplace").splitlines():
            click.echo(clean(notice), err=True)
        yield env_file
    finally:
        end_process(process)


def _wait_until_ready(process: "subprocess.Popen[bytes]", out: Path, log: Path) -> None:
    until = time.monotonic() + READY_S
    while not out.read_bytes().startswith(b"ready "):
        if process.poll() is not None or time.monotonic() > until:
            said = log.read_text(encoding="utf-8", errors="backslashreplace").strip()
            why = said.splitlines()[-1] if said else "it said nothing"
            raise click.ClickException(f"The sandbox did not start: {why}")
        time.sleep(0.02)


def end_process(process: "subprocess.Popen[bytes]") -> None:
    """End a process: by its pipe, by a signal, by force, until it has ended."""
    if process.stdin is not None:
        process.stdin.close()
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
