"""`voice-console demo`: a sandbox full of callers, and the console on it."""

import asyncio
import importlib
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from console.cli.collecting import collect_later
from console.cli.drawing import drawing_options
from console.cli.journal_option import in_folder
from console.cli.open import need_terminal, run_console
from console.cli.running import running_options
from console.cli.selection import Selection, select_context
from console.text import clean

if TYPE_CHECKING:
    from console.config.load import LoadedContext
    from console.tui.ports import DeskPort

READY_S = 30.0
"""How long a sandbox may take to be ready."""

END_S = 3.0
"""How long it may take to end before it is killed."""

_LOOK_S = 0.02
"""Seconds between two looks whether it is."""

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
    from console.config.load import SANDBOX, load_context
    from console.config.paths import journal_file

    path = in_folder(journal or journal_file("demo"))
    drawn: dict[str, Any] = {"readonly": readonly, "theme": theme, "ascii": ascii_only}
    sound = ("--voice", voice, "--recogniser", recogniser)
    with tempfile.TemporaryDirectory(prefix="voice-console-demo-") as folder:

        def load(env_file: Path, overrides: dict[str, Any]) -> "LoadedContext":
            return load_context(
                SANDBOX,
                config_file=selection.config_file,
                overrides=overrides,
                sandbox_env=env_file,
            )

        if plain:
            click.echo("Starting a sandbox with callers in it …", err=True)
            with sandbox_process(Path(folder), *sound, seed=seed) as env_file:
                loaded = load(env_file, {**drawn, "routes": demo_routes()})
                _say(loaded.notes)
                return run_console(loaded.context, path, plain=True)
        # Of the file that the sandbox will write nothing is drawn.
        look = load(Path(folder) / "not-yet.env", drawn).context
        collect_later()
        from console.cli.showing import show

        said: list[str] = []
        try:
            with started_sandbox(Path(folder), *sound, seed=seed) as sandbox:

                def opened() -> "AbstractAsyncContextManager[DeskPort]":
                    importlib.import_module("console.desk.live")

                    return _open(sandbox, load, {**drawn, "routes": demo_routes()}, path, said)

                return asyncio.run(show(look, opened, waiting="starting a sandbox with callers"))
        finally:
            _say(said)


@asynccontextmanager
async def _open(
    sandbox: "Started",
    load: "Callable[[Path, dict[str, Any]], LoadedContext]",
    overrides: dict[str, Any],
    journal: Path,
    said: list[str],
) -> "AsyncIterator[DeskPort]":
    """Open a desk on a sandbox once that is ready; `said` takes what is to be told later."""
    from console.desk import open_desk

    while not sandbox.is_ready():  # noqa: ASYNC110 - another process tells it, by a file
        await asyncio.sleep(_LOOK_S)
    loaded = await asyncio.to_thread(load, sandbox.env_file, overrides)
    said += [*sandbox.notices(), *loaded.notes]
    async with open_desk(loaded.context, journal_path=journal) as desk:
        yield desk


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(clean(line), err=True)


def demo_routes() -> list[dict[str, Any]]:
    """Return how the demo answers its inbound calls, as tables of the setting `routes`."""
    tables = tomllib.loads(_ROUTES.read_text(encoding="utf-8"))["routes"]
    assert isinstance(tables, list)
    return tables


class Started(NamedTuple):
    """A sandbox that may not be ready yet."""

    process: "subprocess.Popen[bytes]"
    env_file: Path
    out: Path
    log: Path
    until: float
    """By when it must be ready, on the monotonic clock."""

    def is_ready(self) -> bool:
        """Tell whether it takes requests.

        Raises:
            click.ClickException: It never will; the text has the end of its log.
        """
        if self.out.read_bytes().startswith(b"ready "):
            return True
        if self.process.poll() is not None or time.monotonic() > self.until:
            said = self.log.read_text(encoding="utf-8", errors="backslashreplace").strip()
            why = said.splitlines()[-1] if said else "it said nothing"
            raise click.ClickException(f"The sandbox did not start: {why}")
        return False

    def notices(self) -> list[str]:
        """Return what it said on stderr; not made safe."""
        return self.log.read_text(encoding="utf-8", errors="backslashreplace").splitlines()


@contextmanager
def started_sandbox(folder: Path, *options: str, seed: int | None = None) -> Iterator[Started]:
    """Start a sandbox with the demo's callers, which ends with the block.

    It ends with this process however that ends: it reads a pipe that we hold.
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
        yield Started(process, env_file, out, log, time.monotonic() + READY_S)
    finally:
        end_process(process)


@contextmanager
def sandbox_process(folder: Path, *options: str, seed: int | None = None) -> Iterator[Path]:
    """Run a sandbox with the demo's callers while the block runs; give its environment file.

    What it says on stderr before it is ready is said here.

    Raises:
        click.ClickException: It did not become ready; the text has the end of its log.
    """
    with started_sandbox(folder, *options, seed=seed) as sandbox:
        while not sandbox.is_ready():
            time.sleep(_LOOK_S)
        _say(sandbox.notices())
        yield sandbox.env_file


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
