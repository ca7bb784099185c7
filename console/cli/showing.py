"""Shows a desk on screens: the frame is painted first, then what is in it is loaded and opened."""

import asyncio
import importlib
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import TYPE_CHECKING, Final

from console.cli.collecting import collect_at_rest, collect_from_now_on
from console.tasks import spawn
from console.tui.app import ConsoleApp
from console.tui.ending import Ending

if TYPE_CHECKING:
    from console.cli.own_voice import OwnVoice
    from console.config.context import Context
    from console.tui.app import Own
    from console.tui.ports import DeskPort
    from console.tui.preview import Preview

Opening = AbstractAsyncContextManager["DeskPort"]

_LATER: Final = ("console.tui.screens.floor", "console.tui.preview", "console.actions.keymap_file")
"""What is loaded once the frame is painted, while keys are taken already."""

_WRITTEN_S: Final = 0.02
"""Seconds in which the first frame is written."""


async def show(look: "Context", opened: Callable[[], Opening], *, waiting: str) -> int:
    """Show a desk until the user quits or something outside ends it; return the exit code.

    Args:
        look: How it is framed and drawn until it is open; read-only: without what sends.
        opened: Makes what opens it; called in a thread, so that what it imports stops no key.
        waiting: What is waited for while it opens, for people.

    Raises:
        DeskError: It cannot be opened; the terminal is the user's again.
    """
    from console.config import paths

    app = ConsoleApp(opening=look, themes_folder=paths.user_themes_dir())
    desk = _Desk(app, opened, waiting)
    ending = Ending(app.end)
    with ending.watching():
        desk.open()
        code = await app.run_async()
    await desk.close()
    ending.finished()
    if app.failure is not None and not ending.asked:
        raise app.failure
    return code or 0


class _Desk:
    """Opens a desk, gives it to the app, and closes it when the app has ended."""

    def __init__(self, app: ConsoleApp, opened: Callable[[], Opening], waiting: str) -> None:
        self._app, self._opened, self._waiting = app, opened, waiting
        self._ended = asyncio.Event()
        self._holding: asyncio.Task[None] | None = None
        self._error: Exception | None = None

    def open(self) -> None:
        """Begin to open it."""
        self._holding = spawn(self._hold(), name="desk")

    async def close(self) -> None:
        """Close it, or open it no further.

        Raises:
            Exception: What stood in the way of opening or closing it.
        """
        assert self._holding is not None
        if self._app.taken.is_set():
            self._ended.set()
        else:
            self._holding.cancel()
        with suppress(asyncio.CancelledError):
            await self._holding
        if self._error is not None:
            raise self._error

    async def _hold(self) -> None:
        try:
            await self._show()
        except Exception as error:  # told by `close`, once the terminal is the user's again
            self._error = error
            self._app.end(1)

    async def _show(self) -> None:
        """Open it once the frame is painted, and keep it open until the app has ended."""
        app = self._app
        await app.painted.wait()
        # A thread of the driver writes it; what is loaded would take turns with that.
        await asyncio.sleep(_WRITTEN_S)
        app.say_opening("loading the screens …")
        opening = await _aside(self._load)
        collect_from_now_on()
        app.say_opening(f"{self._waiting} …")
        async with opening as desk:
            own, preview, voice = _own()
            app.call_later(app.take, desk, own)
            at_rest = collect_at_rest(lambda: app.closed, app.typed_in_order.still_for)
            collecting = spawn(at_rest, name="collect")
            try:
                await self._ended.wait()
            finally:
                collecting.cancel()
            await preview.close()
            await voice.close()

    def _load(self) -> Opening:
        for module in _LATER:
            importlib.import_module(module)
        return self._opened()


async def _aside(work: Callable[[], Opening]) -> Opening:
    """Do `work` in a thread that is not waited for when the console ends meanwhile."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Opening] = loop.create_future()

    def settle(made: Opening | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if made is not None:
            done.set_result(made)
        elif error is not None:
            done.set_exception(error)

    def run() -> None:
        made, failed = None, None
        try:
            made = work()
        except Exception as error:  # handed to who waits
            failed = error
        with suppress(RuntimeError):  # the loop has ended, and nobody waits
            loop.call_soon_threadsafe(settle, made, failed)

    threading.Thread(target=run, name="load", daemon=True).start()
    return await done


def _own() -> "tuple[Own, Preview, OwnVoice]":
    """Return what of the user's is shown, what was not taken of it, and what makes it sound."""
    from console.actions.keymap import REGISTRY_KEYS, KeymapError
    from console.actions.keymap_file import load_keymap
    from console.cli.own_voice import OwnVoice
    from console.config import paths
    from console.tui.preview import Preview

    keymap, problems = REGISTRY_KEYS, []
    try:
        keymap = load_keymap(paths.keymap_file())
    except KeymapError as error:
        problems.append(f"{error}. The keys of the house are in force; voice-console keys --check")
    voice = OwnVoice()
    preview = Preview(voice, paths.exports_dir())
    own: Own = {
        "keymap": keymap,
        "problems": problems,
        "filters": paths.filters_file(),
        "alerts": paths.alerts_file(),
        "welcomed": None if paths.welcomed_file().exists() else note_welcome,
        "preview": preview,
    }
    return own, preview, voice


def note_welcome() -> None:
    """Write down that the first keys were shown; where that fails they are shown once more."""
    from console.config.paths import welcomed_file

    path = welcomed_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch()
    except OSError as error:
        logging.getLogger(__name__).info("%s cannot be written: %s", path, error)
