"""A command in a pseudo terminal of which only the bytes and the processor time are looked at."""

import fcntl
import itertools
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

_LOOK_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process did in some seconds."""

    seconds: float
    cpu: float
    """Share of one core."""
    bytes_per_second: float
    waited: float = 0.0
    """Share of the time in which its main thread could have run and had no core."""


class CountedTerminal:
    """Runs a command in a terminal of `size` (columns, lines) until it is left."""

    def __init__(
        self,
        args: Sequence[str],
        env: Mapping[str, str],
        size: tuple[int, int],
        marker: bytes = b"",
    ) -> None:
        """`marker`: what `until_painted` waits for."""
        self._args, self._env, self._size = args, env, size
        self._marker, self._end = marker, b""
        self._bytes = 0
        self._began = 0.0
        self._seen = threading.Event()

    def __enter__(self) -> "CountedTerminal":
        self._master, slave = pty.openpty()
        columns, lines = self._size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            self._args,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**self._env, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._reader.join(10)
        os.close(self._master)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            self._bytes += len(data)
            if not self._seen.is_set():
                self._end = self._end[-len(self._marker) :] + data
                if self._marker in self._end:
                    self._seen.set()

    def until_painted(self, seconds: float = 60.0) -> tuple[float, float]:
        """Wait for the marker; return the seconds since the start, and those of the processor."""
        if not self._seen.wait(seconds):
            raise TimeoutError(f"{self._marker!r} was never painted")
        return time.monotonic() - self._began, self._cpu()

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def rest(self, least: float = 0.15, seconds: float = 60.0) -> None:
        """Wait until the process uses less than this share of a core: it has done its work."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.spend(_LOOK_S).cpu < least and self._bytes:
                return
        raise TimeoutError("the command does not come to rest")

    def press_while(self, keys: str, pause: float, seconds: float) -> Spent:
        """Look on for some seconds while one of `keys` after the other is typed, again and again.

        Args:
            keys: What is typed.
            pause: Seconds from one to the next.
            seconds: How long.
        """
        enough = threading.Event()

        def type_on() -> None:
            for key in itertools.cycle(keys):
                if enough.wait(pause):
                    return
                self.press(key)

        typing = threading.Thread(target=type_on, daemon=True)
        typing.start()
        try:
            return self.spend(seconds)
        finally:
            enough.set()
            typing.join()

    def spend(self, seconds: float) -> Spent:
        """Look on for some seconds."""
        cpu, received, waited = self._cpu(), self._bytes, self._waited()
        began = time.monotonic()
        time.sleep(seconds)
        passed = time.monotonic() - began
        return Spent(
            passed,
            (self._cpu() - cpu) / passed,
            (self._bytes - received) / passed,
            (self._waited() - waited) / passed,
        )

    def _waited(self) -> float:
        """Return for how many seconds the main thread waited for a core; 0 where none tells."""
        try:
            told = Path(f"/proc/{self._process.pid}/schedstat").read_text()
        except OSError:
            return 0.0
        return int(told.split()[1]) / 1e9

    def _cpu(self) -> float:
        if self._process.poll() is not None:
            raise RuntimeError(f"the command ended with {self._process.returncode}")
        # What clock_getcpuclockid(3) gives: the clock of all threads, those that ended too.
        return time.clock_gettime(~self._process.pid << 3 | 2)
