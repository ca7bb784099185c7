"""`run` as a person and a CI job use it."""

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from console.cli import cli
from tests.cli.given import run, running

MENU = """title = "A menu"
[[answer]]
number = "442079460000"
ncco = [{ action = "talk", text = "Welcome. Goodbye." }]

[[caller]]
name = "Ann <&> \\u001b[31m"
from = "447700900101"
to = "442079460000"
steps = [{ listen = { phrase = "goodbye", within = 9 } }]
expect = [{ status = "completed" }, { heard = "welcome" }]
"""
APP = """
import http.server, json, os, sys

class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        words = "Welcome " + os.environ["VONAGE_APPLICATION_ID"]
        self.wfile.write(json.dumps([{"action": "talk", "text": words + " Goodbye"}]).encode())

    def do_POST(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), App).serve_forever()
"""


@pytest.fixture
def menu(tmp_path: Path) -> Path:
    file = tmp_path / "menu.toml"
    file.write_text(MENU)
    return file


def invoke(*arguments: str | Path) -> Result:
    """The command in this process, which is faster than in one of its own."""
    return CliRunner().invoke(cli, ["run", "--voice", "tones", *map(str, arguments)])


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


async def test_a_table_and_the_same_one_again(menu: Path) -> None:
    first = await run("run", str(menu), "--voice", "tones", "--seed", "7")
    second = await run("run", str(menu), "--voice", "tones", "--seed", "7")
    assert first == second
    code, out, _ = first
    assert code == 0
    lines = out.splitlines()
    assert [line[0] for line in lines[:-1]] == ["\u2713"] * 3
    assert "Ann <&> \\x1b[31m" in lines[0]
    assert lines[-1].startswith("3 of 3 as expected, ")
    assert lines[-1].endswith(" s (virtual), seed 7")


def test_what_is_not_met_is_exit_code_1_with_place_expected_seen_and_when(
    menu: Path, tmp_path: Path
) -> None:
    menu.write_text(MENU.replace('"welcome"', '"robot"'))
    report = tmp_path / "junit.xml"
    result = invoke(menu, "--junit", report)
    assert result.exit_code == 1
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("\u2717")]
    assert f'{menu}:11 expected heard: "robot", seen: "Welcome. Goodbye."' in line
    suite = ElementTree.parse(report).getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    case = suite[2]
    assert (case.get("file"), case.get("line")) == (str(menu), "11")
    assert "seen" in (case[0].get("message") or "")
    assert case.get("classname") == "menu.Ann <&> [31m"
    document = json.loads(invoke(menu, "--json").stdout)
    assert (document["ok"], document["failures"]) == (False, 1)
    assert document["rows"][2]["line"] == 11


def test_exit_codes_of_files_apps_and_time(menu: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(MENU.replace("listen", "lisen"))
    result = invoke(wrong)
    assert "wrong.toml:10: caller 'Ann" in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")
    wrong.write_text("x = [\n")
    assert "wrong.toml:2: is no TOML" in invoke(wrong).stderr
    assert invoke(tmp_path / "none.toml").exit_code == 2
    unanswered = tmp_path / "unanswered.toml"
    unanswered.write_text(MENU.partition("[[caller]]")[2].join(["[[caller]]", ""]))
    assert "--app" in invoke(unanswered).stderr
    endless = tmp_path / "endless.toml"
    endless.write_text(MENU + "again = 5\n")
    assert "lasting" in invoke(endless).stderr
    assert invoke(menu, "--event-url", "http://127.0.0.1:1/x").exit_code == 2
    nobody = invoke(menu, "--app", f"http://127.0.0.1:{free_port()}")
    assert nobody.exit_code == 3
    assert "Nobody listens at" in nobody.stderr
    late = tmp_path / "late.toml"
    late.write_text("limit = 1\n" + MENU.replace("Welcome.", "Welcome, and listen for long."))
    result = invoke(late, "--junit", tmp_path / "late.xml")
    assert result.exit_code == 4
    assert "timed out" in result.stdout
    assert ElementTree.parse(tmp_path / "late.xml").getroot().get("errors") == "1"


def test_an_app_is_started_with_the_environment_of_the_sandbox(menu: Path, tmp_path: Path) -> None:
    app, env_file, port = tmp_path / "app.py", tmp_path / "run.env", free_port()
    app.write_text(APP)
    words: list[str | Path] = [
        "--app",
        f"http://127.0.0.1:{port}",
        "--env-file",
        env_file,
        "--",
        sys.executable,
        app,
    ]
    result = invoke(menu, *words, str(port))
    assert result.exit_code == 0, result.output
    assert "VONAGE_APPLICATION_ID=" in env_file.read_text()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))
    words[-1] = tmp_path / "no-app.py"
    result = invoke(menu, *words)
    assert result.exit_code == 3
    assert "before it listened" in result.stderr


def test_what_is_kept_is_said(menu: Path) -> None:
    result = invoke(menu, "--keep")
    kept = Path(result.stderr.strip().rpartition("Kept: ")[2])
    assert (kept / "calls.jsonl").exists()
    assert str(kept) not in result.stdout


@pytest.mark.slow
def test_time_may_be_the_real_one(menu: Path) -> None:
    result = invoke(menu, "--real")
    assert result.exit_code == 0
    assert "(real)" in result.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_and_the_app_that_was_started(
    menu: Path, number: signal.Signals
) -> None:
    words = ["--app", f"http://127.0.0.1:{free_port()}", "--"]
    deaf = "import os, sys, time; print(os.getpid(), file=sys.stderr, flush=True); time.sleep(60)"
    async with running("run", str(menu), *words, sys.executable, "-c", deaf) as process:
        assert process.stderr is not None
        pid = int(await process.stderr.readline())
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), 20) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
