"""A command in a real pseudo terminal, and what a person would see on it."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import pyte

ROOT = Path(__file__).resolve().parents[2]

_KEYS = {"enter": "\r", "escape": "\x1b", "tab": "\t", "down": "\x1b[B", "space": " "}


class Terminal:
    """`python -m console …` in a terminal of `size` (columns, lines)."""

    COMMAND: tuple[str, ...] = (sys.executable, "-m", "console")

    def __init__(
        self, *args: str, env: Mapping[str, str] | None = None, size: tuple[int, int] = (140, 42)
    ) -> None:
        self._args = args
        self._env = {**os.environ, "COLUMNS": "", "LINES": "", **(env or {})}
        del self._env["COLUMNS"], self._env["LINES"]
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._news = threading.Condition()
        self.raw = b""
        self._size = size

    def __enter__(self) -> "Terminal":
        self._master, self._slave = pty.openpty()
        columns, lines = self._size
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.attributes = termios.tcgetattr(self._slave)
        self.process = subprocess.Popen(
            [*self.COMMAND, *self._args],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            cwd=ROOT,
            env=self._env,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.close()
        self._reader.join(10)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                data = b""
            with self._news:
                if data:
                    self.raw += data
                    self._stream.feed(data)
                self._news.notify_all()
            if not data:
                return

    def close(self) -> None:
        """Close the window, as a person does."""
        if self._master >= 0:
            master, self._master = self._master, -1
            os.close(self._slave)
            os.close(master)

    @property
    def lines(self) -> list[str]:
        with self._news:
            return list(self.screen.display)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self._master, _KEYS.get(key, key).encode())

    def until(self, seen: Callable[[str], Any], *, what: str, seconds: float = 20.0) -> str:
        """Wait until the screen shows something; return its text then."""
        deadline = time.monotonic() + seconds
        while True:
            text = self.text
            if seen(text):
                return text
            left = deadline - time.monotonic()
            ended = self.process.poll()
            if left <= 0 or ended is not None:
                raise AssertionError(f"never seen: {what} (exit {ended})\n{text}")
            with self._news:
                self._news.wait(min(left, 0.2))

    def see(self, part: str, *, seconds: float = 20.0) -> str:
        return self.until(lambda text: part in text, what=part, seconds=seconds)

    def row(self, part: str) -> str:
        found = [line for line in self.lines if part in line]
        assert found, f"{part!r} is not on the screen:\n{self.text}"
        return found[0]

    def end(self, seconds: float = 10.0) -> int:
        """Wait for the process and return its exit code."""
        return self.process.wait(seconds)

    def restored(self) -> bool:
        """Whether the terminal is as it was: its modes, the main screen, the cursor, the mouse."""
        # What the process wrote last may still be on its way to us.
        deadline = time.monotonic() + 5
        with self._news:
            while not self._modes_are_off() and (left := deadline - time.monotonic()) > 0:
                self._news.wait(left)
            return termios.tcgetattr(self._slave) == self.attributes and self._modes_are_off()

    def _modes_are_off(self) -> bool:
        last = {mode: self.raw.rfind(mode) for mode in _MODES}
        return all(last[on] <= last[off] for on, off in _PAIRS)


_PAIRS = (
    (b"\x1b[?1049h", b"\x1b[?1049l"),
    (b"\x1b[?25l", b"\x1b[?25h"),
    (b"\x1b[?1003h", b"\x1b[?1003l"),
    (b"\x1b[?2004h", b"\x1b[?2004l"),
)
_MODES = tuple(mode for pair in _PAIRS for mode in pair)


@contextmanager
def running(*args: str, **options: Any) -> Iterator[Terminal]:
    with Terminal(*args, **options) as terminal:
        yield terminal
