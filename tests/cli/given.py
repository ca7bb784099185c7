"""The command as a person starts it: a process of its own."""

import asyncio
import multiprocessing
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "console")

# Importing what nearly every command imports takes ten times as long as what most of them do.
_READY = multiprocessing.get_context("forkserver")
_READY.set_forkserver_preload(["pytest", "click", "console.desk"])


async def run(*arguments: str, environ: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Run a command to its end; return exit code, standard output and standard error.

    Its process is a copy of one in which the parts are imported that most commands share, and
    none of `console.cli`.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        given = dict(os.environ if environ is None else environ)
        process = _READY.Process(target=_be_the_command, args=(arguments, given, out, err))
        process.start()
        try:
            await asyncio.to_thread(process.join, 30)
            assert process.exitcode is not None, "it does not end"
            return process.exitcode, *(await asyncio.to_thread(_texts, out, err))
        finally:
            if process.exitcode is None:
                process.kill()
                process.join()
            process.close()


def _texts(out: Path, err: Path) -> tuple[str, str]:
    return out.read_text("utf-8"), err.read_text("utf-8")


def _be_the_command(
    arguments: tuple[str, ...], environ: dict[str, str], out: Path, err: Path
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(ROOT)
    for number, path, flags in (
        (0, Path(os.devnull), os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT),
        (2, err, os.O_WRONLY | os.O_CREAT),
    ):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["voice-console", *arguments]
    from console.cli import main

    main()


@asynccontextmanager
async def running(
    *arguments: str, environ: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a command; it is killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=environ,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line_of(process: asyncio.subprocess.Process) -> str:
    """The next line of its standard output."""
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), 20)).decode().rstrip("\n")
