"""How a console runs: as lines instead of screens, and without anything that sends."""

import asyncio
import os
import signal
import stat
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Final

import click

from console.text import clean

if TYPE_CHECKING:
    from console.plain.ports import StreamPort

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_CHUNK: Final = 4096
_LONGEST: Final = 64 * 1024
"""Bytes of one typed line; a longer one is cut."""


def running_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--plain` and `--readonly`, passed under these names (`readonly` None: as configured)."""
    readonly = click.option(
        "--readonly",
        is_flag=True,
        default=None,
        help="Take away every action that sends something.",
    )(function)
    return click.option(
        "--plain",
        is_flag=True,
        help="Lines instead of screens; commands on standard input.",
    )(readonly)


async def show_plain(opening: "AbstractAsyncContextManager[StreamPort]") -> int:
    """Tell a desk line by line on standard output; return the exit code.

    Commands are read from standard input where it is a terminal, a pipe or a file; its end is
    the end. SIGINT, SIGTERM and SIGHUP end it as well.
    """
    from console.plain.stream import Stream

    output = _Output()
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    color = color and os.environ.get("TERM", "") not in ("", "dumb")
    loop = asyncio.get_running_loop()
    code = 0
    async with opening as desk:
        stream = Stream(desk, output.write, color=color)
        output.gone = stream.end

        def asked(number: signal.Signals) -> None:
            nonlocal code
            code = 130 if number == signal.SIGINT else 0
            stream.end()

        for number in _ENDING:
            loop.add_signal_handler(number, asked, number)
        try:
            await stream.run(_typed() if _is_read() else None)
        finally:
            for number in _ENDING:
                loop.remove_signal_handler(number)
    return code


class _Output:
    """Standard output, line by line; whoever read it may be gone."""

    def __init__(self) -> None:
        self.gone: Callable[[], None] = lambda: None

    def write(self, line: str) -> None:
        try:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
            self.gone()


def _is_read() -> bool:
    """Tell whether commands may come on standard input; nothing comes from `/dev/null`."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    readable = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISREG(mode)
    return readable or os.isatty(0)


async def _typed() -> AsyncIterator[str]:
    """Yield the lines of standard input, made safe, until it ends."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def put(line: str | None) -> None:
        # The loop may have ended while a line was typed; nobody wants it then.
        if not loop.is_closed():
            loop.call_soon_threadsafe(queue.put_nowait, line)

    # A thread, since files cannot be waited for; a daemon, since a read cannot be ended.
    threading.Thread(target=_read, args=(put,), name="typed", daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line


def _read(put: Callable[[str | None], None]) -> None:
    rest = b""
    # Not by sys.stdin, whose lock a daemon thread would hold when the program ends.
    while chunk := _chunk():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            put(_decoded(line))
        rest = rest[:_LONGEST]
    if rest:
        put(_decoded(rest))
    put(None)


def _chunk() -> bytes:
    try:
        return os.read(0, _CHUNK)
    except OSError:
        return b""


def _decoded(line: bytes) -> str:
    return clean(line.rstrip(b"\r").decode(errors="replace"), _LONGEST)
