import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.http import trust

ROOT = Path(__file__).parents[2]


@contextmanager
def sandbox(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "sandbox", "--port", "0", "--tls-port", "0", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ready(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    word, *rest = line.split()
    assert word == "ready", (line, process.stderr.read() if process.stderr else "")
    return dict(one.split("=", 1) for one in rest)


def read_env(file: Path) -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(file.read_text()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_says_when_it_is_ready_and_ends_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    file = tmp_path / "sandbox.env"
    with sandbox("--env-file", str(file), "--seed", "3", "--clock", "virtual") as process:
        urls = ready(process)
        env = read_env(file)
        assert set(urls) == {"http", "https"}
        assert env["SANDBOX_URL"] == env["VONAGE_API_URL"] == urls["http"]
        assert f"https://{env['VONAGE_API_HOST']}" == urls["https"]
        assert "BEGIN PRIVATE KEY" in Path(env["VONAGE_PRIVATE_KEY"]).read_text()
        assert trust(Path(env["SANDBOX_CA_CERT"])).cert_store_stats()["x509_ca"] > 0
        assert set(env) == {
            "VONAGE_API_HOST",
            "VONAGE_API_URL",
            "VONAGE_APPLICATION_ID",
            "VONAGE_PRIVATE_KEY",
            "VONAGE_API_KEY",
            "VONAGE_API_SECRET",
            "VONAGE_SIGNATURE_SECRET",
            "VONAGE_VIRTUAL_NUMBER",
            "SANDBOX_URL",
            "SANDBOX_CA_CERT",
        }
        assert env["VONAGE_VIRTUAL_NUMBER"] == "442079460000"
        begun = time.monotonic()
        process.send_signal(number)
        output, errors = process.communicate(timeout=10)
        assert process.returncode == 0, errors
        assert time.monotonic() - begun < 2
        assert output == ""
        assert "Traceback" not in errors
        assert env["VONAGE_API_SECRET"] not in errors
        assert not Path(env["VONAGE_PRIVATE_KEY"]).exists()


def test_without_a_flag_the_environment_is_where_the_console_looks(home: Path) -> None:
    with sandbox("--quiet") as process:
        ready(process)
        file = home / ".local/state/voice-console/sandbox.env"
        assert read_env(file)["VONAGE_API_KEY"]
        process.terminate()
        _, errors = process.communicate(timeout=10)
        assert errors == ""


def test_a_start_that_fails_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    for arguments, why in (
        (["--scenario", str(tmp_path / "none.toml")], "demo"),
        (["--state", "/proc/none"], "--state"),
        (["--host", "192.0.2.1"], "--port"),
    ):
        with sandbox(*arguments) as process:
            output, errors = process.communicate(timeout=20)
            assert process.returncode == 2
            assert output == ""
            assert why in errors
            assert "Traceback" not in errors
