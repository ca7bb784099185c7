"""The main ways through the console, in a real terminal on a real sandbox, which is asked too."""

import asyncio
import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from console.journal.record import Kind, Record
from console.journal.sqlite import open_read_only
from tests.end_to_end.terminal import Terminal
from tests.end_to_end.test_console import CALLER, LOBBY, Sandbox, act, demo
from tests.fake_clock import START_NS, FakeClock
from tests.real_sandbox import RealSandbox, real_sandbox
from tests.tui.scene import Scene
from tests.tui.test_time_machine import stored

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

CALLED = "447700900155"


def records(path: Path) -> list[Record]:
    async def read() -> list[Record]:
        journal = open_read_only(path)
        try:
            return [record async for record in journal.read()]
        finally:
            await journal.close()

    return asyncio.run(read())


def asked(path: Path) -> list[str]:
    """What a person asked for, as the journal has it."""
    return [record.meta["action"] for record in records(path) if record.kind is Kind.ACTION_ASKED]


def only(terminal: Terminal, wanted: str) -> None:
    """Filter the calls."""
    terminal.press(f"/{wanted}", "enter")
    terminal.until(lambda text: "1 of " in text and wanted in text, what=f"one leg of {wanted}")


def test_a_call_is_placed_spoken_to_sent_digits_and_ended(tmp_path: Path) -> None:
    with demo(tmp_path) as terminal:
        terminal.see("answered", seconds=40)
        sandbox = Sandbox(tmp_path)
        # The first key takes the card of the first keys away; what follows one is for its form.
        terminal.press(f"n{CALLED}", "tab", "tab", "c", "tab", "parcels", "enter")
        only(terminal, f"to:{CALLED}")
        terminal.until(
            lambda text: any(CALLED in line and "answered" in line for line in text.splitlines()),
            what="our own call, answered",
        )
        legs = sandbox.get("/sandbox/calls")["calls"]
        (uuid,) = [leg["uuid"] for leg in legs if leg["to"] == CALLED]

        act(terminal, "s", "Enter sends")
        terminal.press("Your parcel is here", "enter")
        terminal.see("say proven ✓✓")
        act(terminal, "d", "Send DTMF")
        terminal.press("42#", "enter")
        terminal.see("dtmf proven ✓✓")
        there = sandbox.get(f"/sandbox/calls/{uuid}")
        heard = [(each["kind"], each.get("text") or each.get("digits")) for each in there["heard"]]
        assert ("talk", "Your parcel is here") in heard
        assert ("dtmf", "42#") in heard
        assert there["status"] == "answered"

        act(terminal, "X", "hang up this leg")
        terminal.press("n")
        terminal.see("not hung up")
        assert sandbox.get(f"/sandbox/calls/{uuid}")["status"] == "answered"
        act(terminal, "X", "hang up this leg")
        terminal.press("y")
        terminal.see("hang up proven ✓✓")
        assert sandbox.get(f"/sandbox/calls/{uuid}")["status"] == "completed"
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.restored()
    wanted = ["call.create", "leg.say", "leg.dtmf", "leg.hangup"]
    assert asked(tmp_path / "demo.journal") == wanted


def test_a_call_is_found_transferred_and_brought_back(tmp_path: Path) -> None:
    with demo(tmp_path) as terminal:
        terminal.see("answered", seconds=40)
        sandbox = Sandbox(tmp_path)
        terminal.press(f"i{LOBBY}", "enter")
        only(terminal, f"from:{CALLER}")
        terminal.until(
            lambda text: (
                any(CALLER in line and "answered" in line for line in text.splitlines())
                and "lobby" in text
            ),
            what="the caller in the lobby",
        )
        uuid = sandbox.leg_of(CALLER)["uuid"]

        act(terminal, "t", "Transfer ·")
        terminal.press("lounge", "enter")
        terminal.see("transfer proven ✓✓")
        assert sandbox.get(f"/sandbox/calls/{uuid}")["conversation_name"] == "lounge"
        act(terminal, "z", "undo proven ✓✓")
        there = sandbox.get(f"/sandbox/calls/{uuid}")
        assert there["conversation_name"] == "lobby"
        assert there["status"] == "answered"
        terminal.press("q")
        assert terminal.end() == 0
    assert asked(tmp_path / "demo.journal") == ["call.dialin", "leg.transfer", "undo"]


class App(ThreadingHTTPServer):
    """A developer's app that answers in a way of its own."""

    daemon_threads = True

    def __init__(self, status: int, body: bytes, *, late: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body = status, body
        self.go = threading.Event()
        if not late:
            self.go.set()


class _Handler(BaseHTTPRequestHandler):
    server: App

    def do_GET(self) -> None:
        self.server.go.wait(60)
        try:
            self.send_response(self.server.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(self.server.body)))
            self.end_headers()
            self.wfile.write(self.server.body)
        except OSError:
            self.close_connection = True

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Say nothing on standard error."""


@contextmanager
def an_app(status: int, body: bytes, *, late: bool) -> Iterator[str]:
    with App(status, body, late=late) as app:
        serving = threading.Thread(target=app.serve_forever, daemon=True)
        serving.start()
        try:
            yield f"http://127.0.0.1:{app.server_port}/hooks/answer"
        finally:
            app.go.set()
            app.shutdown()
            serving.join(10)


def opened(folder: Path, there: RealSandbox, app: str) -> Terminal:
    """The console on a sandbox, with an app that answers."""
    config = folder / "config.toml"
    route = f'[[contexts.sandbox.routes]]\nnumber = "*"\nforward = "{app}"\n'
    config.write_text(f"[contexts.sandbox]\n{route}")
    env = {
        "VOICE_CONSOLE_CONFIG": str(config),
        "VOICE_CONSOLE_SANDBOX_ENV": str(folder / "sandbox.env"),
    }
    journal = str(folder / "live.journal")
    return Terminal("--context", "sandbox", "open", "--journal", journal, env=env)


@pytest.mark.parametrize(
    ("status", "body", "late", "reason", "rungs"),
    [
        (500, b"oh", False, ["answered 500 instead of an NCCO"], ["/hooks/answer 500"]),
        (
            200,
            b'{"not": "an ncco"}',
            False,
            ["what it answered is no NCCO"],
            ["/hooks/answer 200", "Syntax error in NCCO", "fallback"],
        ),
        (200, b"[]", True, ["none: no answer within 4.5 s"], ["/hooks/answer no answer"]),
    ],
    ids=["refuses", "answers no NCCO", "is too late"],
)
def test_why_an_answer_webhook_failed_is_read(
    tmp_path: Path, status: int, body: bytes, late: bool, reason: list[str], rungs: list[str]
) -> None:
    with (
        real_sandbox(tmp_path) as there,
        an_app(status, body, late=late) as app,
        opened(tmp_path, there, app) as terminal,
    ):
        terminal.see("dial in", seconds=40)
        terminal.press(f"i{there.env['VONAGE_VIRTUAL_NUMBER']}", "enter")
        terminal.until(
            lambda text: any("✗" in line for line in text.partition("Events")[2].splitlines()),
            what="that it failed",
        )
        terminal.press("3")
        terminal.see("started")
        terminal.press("/kind:webhook.answer", "enter")
        terminal.see("1 of ")
        terminal.press("enter")
        terminal.see("[meaning]")
        for words in reason:
            terminal.see(words)
        terminal.press("L")
        terminal.see("ladder >")
        # Beside the line under the cursor a path may give way, never what was answered.
        terminal.see(f"… {rungs[0].removeprefix('/hooks/answer ')}")
        terminal.press("_")
        terminal.see("ZOOM 2/2")
        for words in rungs:
            terminal.see(words)
        with urllib.request.urlopen(f"{there.url}/sandbox/webhooks", timeout=5) as answer:
            tries = json.load(answer)["webhooks"]
        terminal.press("q")
        assert terminal.end() == 0
    purposes = [each["purpose"] for each in tries]
    assert "answer" in purposes
    assert ("fallback" in " ".join(purposes)) is (status == 200 and not late)
    told = records(tmp_path / "live.journal")
    (came,) = [record for record in told if record.kind is Kind.ANSWER]
    ends = (Kind.FORWARD_RESPONSE, Kind.FORWARD_FAILED)
    (forward,) = [each for each in told if each.exchange == came.exchange and each.kind in ends]
    assert forward.meta.get("status") == (None if late else status)


def five_minutes() -> Scene:
    """A call of six minutes: a text after ten seconds, its end in the last ten."""
    scene = Scene(FakeClock(START_NS))
    scene.up(LONG, ROOM)
    scene.clock.tick(10)
    scene.asked("a1", "leg.say", leg=LONG, text="Please hold the line")
    path = f"/v1/calls/{LONG}/talk"
    scene.exchange("a1", "PUT", path, 200, leg=LONG, body={"text": "Please hold the line"})
    scene.clock.tick(340)
    scene.status(LONG, ROOM, "completed", duration="350", price="0.05")
    scene.clock.tick(5)
    return scene


LONG, ROOM = "63f61863-4a51-4f6b-86e1-46edebcf9001", "CON-1f5a2b10-0000-4000-8000-000000000001"


def test_one_goes_back_five_minutes_and_keeps_the_ladder(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "five.journal"
    asyncio.run(stored(five_minutes(), path))
    before = records(path)
    exports = home / ".local/share/voice-console/exports"

    def written(suffix: str) -> list[Path]:
        return list(exports.glob(f"63f61863-4a5*.{suffix}"))

    with Terminal("replay", str(path), "--all") as terminal:
        terminal.see("completed", seconds=40)
        for _ in range(5):
            terminal.press("M")
        terminal.until(
            lambda text: "completed" not in text and "answered" in text, what="five minutes before"
        )
        terminal.see("PAST 09:00:51")
        terminal.press("enter")
        terminal.see("Please hold the line")
        assert "completed" not in terminal.text
        for suffix in ("txt", "jsonl", "har", "svg"):
            terminal.press("\x13")
            terminal.see("As what?")
            terminal.press(suffix[0])
            terminal.until(
                lambda text: "As what?" not in text and len(written(suffix)) == 1,  # noqa: B023  # it is waited for here
                what=f"the ladder as {suffix}",
            )
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.restored()
    found = {suffix: written(suffix)[0].read_text() for suffix in ("txt", "jsonl", "har", "svg")}
    for suffix, text in found.items():
        assert "Please hold the line" in text, suffix
        assert "completed" not in text, suffix
    lines = [line for line in found["txt"].splitlines() if line[:1].isdigit()]
    assert [line[:12] for line in lines][:2] == ["09:00:00.000", "09:00:00.200"]
    rungs = [json.loads(line) for line in found["jsonl"].splitlines()][1:]
    whats = [rung["what"] for rung in rungs]
    assert whats == ["started", "ringing", "answered", "say asked", "talk 200"]
    (entry,) = json.loads(found["har"])["log"]["entries"]
    assert entry["request"]["url"].endswith(f"/v1/calls/{LONG}/talk")
    assert entry["response"]["status"] == 200
    drawing = ElementTree.fromstring(found["svg"])
    assert drawing.tag.endswith("svg")
    assert records(path) == before, "looking back writes nothing"
