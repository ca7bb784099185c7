"""The real command in a real terminal, on the real sandbox: keys, the screen, the proof."""

import json
import os
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from console.config.env import read_env_file
from tests.end_to_end.terminal import Terminal

CALLER = "447700900999"
LOBBY = "442079460000"


class Sandbox:
    """The sandbox's own word on its calls."""

    def __init__(self, folder: Path) -> None:
        (env_file,) = folder.glob("voice-console-demo-*/sandbox.env")
        self.url = read_env_file(env_file)["SANDBOX_URL"]

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=5) as answer:
            return json.load(answer)

    def leg_of(self, caller: str) -> dict[str, Any]:
        (leg,) = [leg for leg in self.get("/sandbox/calls")["calls"] if leg["from"] == caller]
        return dict(leg)


def demo(folder: Path, **options: Any) -> Terminal:
    return Terminal(
        "demo",
        "--seed",
        "1",
        "--journal",
        str(folder / "demo.journal"),
        env={"TMPDIR": str(folder)},
        **options,
    )


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_every_key_acts_on_a_call_and_is_proven_on_the_screen_and_in_the_sandbox(
    tmp_path: Path,
) -> None:
    with demo(tmp_path) as terminal:
        terminal.see("answered", seconds=40)
        sandbox = Sandbox(tmp_path)

        terminal.press("i")
        terminal.see("Dial in")
        terminal.press(LOBBY, "enter")
        terminal.until(
            lambda text: any(CALLER in line and "answered" in line for line in text.splitlines()),
            what="our own call, answered",
        )
        terminal.press("/")
        terminal.see("caller")
        terminal.press(f"from:{CALLER}", "enter")
        # Not before it is there: a mute ends when its leg changes the conversation (3.5).
        terminal.until(
            lambda text: "1 of " in text and "new call" in text and "lobby" in text,
            what="our call alone, in the lobby",
        )
        uuid = sandbox.leg_of(CALLER)["uuid"]

        act(terminal, "m", "mute proven ✓✓")
        assert "· ←" in terminal.row(f"{CALLER}       in")
        assert sandbox.get(f"/sandbox/calls/{uuid}")["muted"] is True

        terminal.press("M")
        terminal.see("earmuff proven ✓✓")
        assert sandbox.get(f"/sandbox/calls/{uuid}")["earmuffed"] is True
        terminal.press("m")
        terminal.see("unmute proven ✓✓")
        assert sandbox.get(f"/sandbox/calls/{uuid}")["muted"] is False

        terminal.press("s")
        terminal.see("0 of 1,500 characters")
        terminal.press("Please hold the line", "enter")
        terminal.see("say proven ✓✓")
        heard = sandbox.get(f"/sandbox/calls/{uuid}")["heard"]
        assert [each["text"] for each in heard if each["kind"] == "talk"][-1] == (
            "Please hold the line"
        )

        terminal.press("d")
        terminal.see("Send DTMF")
        terminal.press("12#", "enter")
        terminal.see("dtmf proven ✓✓")
        heard = sandbox.get(f"/sandbox/calls/{uuid}")["heard"]
        assert [each["digits"] for each in heard if each["kind"] == "dtmf"][-1] == "12#"

        terminal.press("t")
        terminal.see("Transfer")
        terminal.press("lounge", "enter")
        terminal.see("transfer proven ✓✓")
        assert sandbox.get(f"/sandbox/calls/{uuid}")["conversation_name"] == "lounge"

        act(terminal, "X", "hang up this leg")
        terminal.press("y")
        terminal.see("hang up proven ✓✓")
        assert sandbox.get(f"/sandbox/calls/{uuid}")["status"] == "completed"

        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.restored()
        with pytest.raises(OSError, match="refused"):
            sandbox.get("/sandbox")


def act(terminal: Terminal, key: str, part: str) -> None:
    """Press a key until it is taken: for 300 ms after the row changed it is refused."""
    terminal.press(key)
    while part not in terminal.until(lambda text: part in text or refused(text), what=part):
        terminal.until(lambda text: not refused(text), what="the end of the notice")
        terminal.press(key)


def refused(text: str) -> bool:
    return "refused" in text.partition("\n")[0]


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["SIGKILL", "closed"])
def test_the_sandbox_of_the_demo_ends_with_it_however_that_ends(tmp_path: Path, how: str) -> None:
    with demo(tmp_path, size=(80, 24)) as terminal:
        terminal.see("answered", seconds=40)
        sandbox = Sandbox(tmp_path)
        assert sandbox.get("/sandbox")
        if how == "closed":
            terminal.close()
            began = time.monotonic()
            terminal.end(5)
            assert time.monotonic() - began < 2
        else:
            os.kill(terminal.process.pid, signal.SIGKILL)
            terminal.end()
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                sandbox.get("/sandbox")
            except OSError:
                break
        else:
            pytest.fail("the sandbox is still there")
