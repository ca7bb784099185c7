"""`voice-console serve`: the console in a browser."""

import asyncio
import ipaddress
import os
import shlex
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from console.cli.journal_option import in_folder, journal_option
from console.cli.selection import Selection, select_context
from console.text import clean

if TYPE_CHECKING:
    from console.config.context import Context

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_STOP_S: Final = 3.0
"""How long the pages' consoles may take to end."""
_EXTRA: Final = (
    "The browser needs the extra “web”: install voice-console[web], which brings textual-serve."
)


@dataclass(frozen=True)
class _Wish:
    host: str
    port: int
    control: bool
    public_url: str | None


@click.command("serve")
@select_context
@journal_option
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="0 takes a free one.",
)
@click.option("--control", is_flag=True, help="Let the browser send; one page at a time.")
@click.option(
    "--allow-remote", is_flag=True, help="Let it listen on an address that others can reach."
)
@click.option(
    "--public-url", metavar="URL", help="Its address where a proxy stands before it (TLS)."
)
def command(
    selection: Selection,
    journal: Path | None,
    host: str,
    port: int,
    control: bool,
    allow_remote: bool,
    public_url: str | None,
) -> int:
    """Show the console in a browser on this machine, to look at; with --control to steer.

    Prints `ready url=ADDRESS` when it can be opened. The address has a key in it; who has the
    key is let in, so treat it as a password. Pages that only look follow the journal of the
    console, or of `listen`, that is open on the context; where none is, this records itself.
    Ends with Ctrl-C, SIGTERM and SIGHUP; calls go on.
    """
    _check(host, public_url, allow_remote=allow_remote, control=control)
    if find_spec("textual_serve") is None:
        raise click.UsageError(_EXTRA)
    from console.config.paths import journal_file

    context = selection.load_to_open({"readonly": None if control else True}).context
    if control and context.readonly:
        raise click.UsageError(
            f"The context {clean(context.name)} is read-only; leave out --control."
        )
    path = in_folder(journal or journal_file(context.name))
    wish = _Wish(host, port, control, public_url)
    return asyncio.run(_serve(context, path, _page_command(selection, path, control=control), wish))


def _check(host: str, public_url: str | None, *, allow_remote: bool, control: bool) -> None:
    """Let it listen beyond this machine only where that was said, and say what it means.

    Raises:
        click.UsageError: It was not said, or the URL is none.
    """
    if public_url is not None:
        parts = urlsplit(public_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise click.UsageError("--public-url is http://HOST or https://HOST, without a path.")
    if _is_local(host):
        return
    if not allow_remote:
        raise click.UsageError(
            f"{clean(host)} can be reached by others. Say --allow-remote if that is meant; better:"
            " leave it on 127.0.0.1, and use ssh -L or a proxy with TLS and --public-url."
        )
    may = "steer calls" if control else "see calls, numbers and webhooks"
    click.echo(
        f"Warning: who has the address with its key can {may}, and it goes over the network"
        " unencrypted.",
        err=True,
    )


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _page_command(selection: Selection, journal: Path, *, control: bool) -> str:
    """Return the shell command of one page's console; what it says goes to a log."""
    from console.config.paths import state_dir

    words = [sys.executable, "-m", "console"]
    if selection.config_file is not None:
        words += ["--config", str(selection.config_file.resolve())]
    if selection.context is not None:
        words += ["--context", selection.context]
    words += ["open", "--journal", str(journal.resolve())]
    words += [] if control else ["--watch", "--readonly"]
    log = state_dir() / "serve.log"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return f"exec {shlex.join(words)} 2>>{shlex.quote(str(log))}"


async def _serve(context: "Context", journal: Path, page: str, wish: _Wish) -> int:
    from aiohttp import web

    from console.cli.browser import KEY, BrowserServer

    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for number in _ENDING:
        asyncio.get_running_loop().add_signal_handler(number, _end, ended, number)
    async with AsyncExitStack() as stack:
        await _record(context, journal, stack, control=wish.control)
        server = BrowserServer(
            page,
            title=f"{context.frame.word} · voice-console",
            hosts=_hosts(wish),
            origin=wish.public_url.rstrip("/") if wish.public_url else None,
            single=wish.control,
        )
        runner = web.AppRunner(
            server.application(), access_log=None, shutdown_timeout=_STOP_S, handle_signals=False
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(server.close_pages)
        try:
            await web.TCPSite(runner, wish.host, wish.port).start()
        except OSError as error:
            raise click.UsageError(
                f"{clean(wish.host)}:{wish.port} cannot be listened on: {os.strerror(error.errno)}"
                if error.errno
                else f"{clean(wish.host)} cannot be listened on: {error}"
            ) from error
        click.echo(f"ready url={_address(wish, runner.addresses[0][1])}/?{KEY}={server.key}")
        _tell(wish)
        return await ended


def _tell(wish: _Wish) -> None:
    what = "It can send" if wish.control else "It only looks; --control lets it send"
    click.echo(f"{what}. Ctrl-C ends it.", err=True)


def _hosts(wish: _Wish) -> frozenset[str]:
    """Return the names it may be asked for under; empty: any, since others reach it by any."""
    if not _is_local(wish.host):
        return frozenset()
    named = urlsplit(wish.public_url).hostname if wish.public_url else None
    return _LOCAL | {wish.host} | ({named} if named else set())


def _address(wish: _Wish, port: int) -> str:
    if wish.public_url is not None:
        return wish.public_url.rstrip("/")
    return f"http://[{wish.host}]:{port}" if ":" in wish.host else f"http://{wish.host}:{port}"


async def _record(
    context: "Context", journal: Path, stack: AsyncExitStack, *, control: bool
) -> None:
    """See to it that somebody records: a console that is open already, or this process.

    Raises:
        DeskError: It cannot be done, or a page could not steer.
    """
    from console.desk import DeskError, open_desk
    from console.journal.lock import JournalBusy, WriterLock

    if control:
        # Each page is a console of its own, and the one that writes the journal.
        try:
            WriterLock.take(journal).release()
        except JournalBusy as error:
            raise DeskError(str(error)) from error
        return
    try:
        await stack.enter_async_context(open_desk(context, journal_path=journal))
    except DeskError as error:
        if not isinstance(error.__cause__, JournalBusy):
            raise
        click.echo("A console is open on this context: its journal is shown.", err=True)


def _end(ended: "asyncio.Future[int]", number: signal.Signals) -> None:
    if not ended.done():
        ended.set_result(130 if number == signal.SIGINT else 0)
