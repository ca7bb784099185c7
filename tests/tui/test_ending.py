"""An end from outside while something hangs."""

import signal
import sys
import time

import pytest

from console.tui.ending import DEADLINE
from tests.end_to_end.terminal import Terminal

HANGS = """
import asyncio, os, sys, termios, time, tty
from console.tui.ending import Ending

async def main():
    ending = Ending(lambda code: None)
    with ending.watching():
        tty.setraw(0)
        os.write(1, b"\\x1b[?1049h\\x1b[?25l\\x1b[?1003h\\x1b[?2004hshown")
        await asyncio.sleep(3600)

asyncio.run(main())
"""


class Hanging(Terminal):
    """A process that watches for its end and never comes to it."""

    COMMAND = (sys.executable, "-c", HANGS)


@pytest.mark.slow
def test_what_hangs_is_left_with_the_terminal_in_order() -> None:
    with Hanging() as terminal:
        terminal.see("shown")
        began = time.monotonic()
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end() == 0
        assert time.monotonic() - began < DEADLINE + 0.4
        assert terminal.restored()
