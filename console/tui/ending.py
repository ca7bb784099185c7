"""Ends that come from outside: signals, and a terminal that is gone."""

import asyncio
import contextlib
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
"""Each ends the console the same way: journal closed, terminal restored."""

DEADLINE = 1.6
"""Seconds from the wish to end until the process ends, whatever still hangs."""

_INTERRUPTED = 130
"""Exit code after SIGINT; the other signals are a wish that was granted, which is 0."""

WATCH = 0.5
"""Seconds between two looks at the terminal."""

_ORDER = (
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[?1049l\x1b[?25h\x1b[0m"
)
"""Mouse, pasting and focus as a shell has them, the main screen, the cursor."""


class Ending:
    """Calls `end(code)` once when a signal asks for it or the terminal is gone."""

    def __init__(self, end: Callable[[int], None]) -> None:
        self._end = end
        self.asked = False
        """Whether the end was asked for from outside."""
        self._deadline: threading.Timer | None = None
        self._before = terminal_modes()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Handle signals and watch the terminal while the block runs."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._signalled, number)
        handle = loop.call_later(WATCH, self._look)
        self._handle = handle
        try:
            yield
        finally:
            self._handle.cancel()
            for number in SIGNALS:
                loop.remove_signal_handler(number)

    def finished(self) -> None:
        """Everything is closed: the deadline is not needed any more."""
        if self._deadline is not None:
            self._deadline.cancel()

    def _signalled(self, number: signal.Signals) -> None:
        # A hang-up mostly means that the terminal is gone; one that is there is put in order.
        if number == signal.SIGHUP and terminal_is_gone():
            drop_terminal()
        self._ask(_INTERRUPTED if number == signal.SIGINT else 0)

    def _look(self) -> None:
        if terminal_is_gone():
            drop_terminal()
            self._ask(0)
            return
        self._handle = asyncio.get_running_loop().call_later(WATCH, self._look)

    def _ask(self, code: int) -> None:
        if self.asked:
            return
        self.asked = True
        self._deadline = threading.Timer(DEADLINE, self._leave, (code,))
        self._deadline.daemon = True
        self._deadline.start()
        self._end(code)

    def _leave(self, code: int) -> None:
        """End the process while something hangs; a terminal that takes it is put in order."""
        with contextlib.suppress(OSError, termios.error):
            if self._before is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._before)
            if select.select((), (1,), (), 0)[1]:
                os.write(1, _ORDER)
        os._exit(code)


def terminal_modes() -> list[Any] | None:
    """Return how the terminal is set, for `termios.tcsetattr`; None: stdin is none."""
    try:
        return termios.tcgetattr(0)
    except termios.error:
        return None


def terminal_is_gone() -> bool:
    """Whether the other side of our terminal was closed."""
    watch = select.poll()
    try:
        watch.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, 0)
        return any(event & (select.POLLHUP | select.POLLERR) for _, event in watch.poll(0))
    except (OSError, ValueError):
        return True


def drop_terminal() -> None:
    """Put nothing in the terminal's place, so that writing to it can neither fail nor wait."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        with contextlib.suppress(OSError):
            os.dup2(nothing, descriptor)
    os.close(nothing)
