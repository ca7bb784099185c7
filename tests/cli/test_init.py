import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.cli import cli
from console.config.context import Confirm, SignaturePolicy
from console.config.file import read_config
from console.config.load import load_context
from console.secret import Secret
from tests.config.keys import key_file, private_key


def init(*words: str) -> Result:
    return CliRunner().invoke(cli, ["init", *words])


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return key_file(tmp_path)


@pytest.fixture
def config(home: Path) -> Path:
    return home / ".config/voice-console/config.toml"


def test_flags_write_a_context_that_loads(tmp_path: Path, key: Path, config: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s" * 32)
    secret.chmod(0o600)
    result = init(
        *("--context", "prod", "--application-id", "78d335fa-323d-0114-9c3d-d6f0d48968cf"),
        *("--private-key", str(key), "--region", "eu", "--signature-secret-file", str(secret)),
        *("--number", "447700900000", "--number", "+447700900001", "--host", "0.0.0.0"),
        *("--port", "8080", "--public-url", "https://tunnel.example", "--policy", "flag"),
        *("--theme", "light", "--confirm", "destructive", "--frame-color", "#ff0000"),
        "--mask-digits",
    )
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert config.stat().st_mode & 0o777 == 0o600
    loaded = load_context(environ={})
    context = loaded.context
    assert loaded.notes == ()
    assert context.name == "prod"
    assert context.private_key == Secret(private_key())
    assert context.signature_secret == Secret("s" * 32)
    assert context.api_url == "https://api-eu.vonage.com"
    assert context.numbers == ("447700900000", "447700900001")
    assert (context.receiver.host, context.receiver.port) == ("0.0.0.0", 8080)
    assert context.receiver.policy is SignaturePolicy.FLAG
    assert context.receiver.public_url == "https://tunnel.example"
    assert context.confirm is Confirm.DESTRUCTIVE
    assert (context.frame.word, context.frame.color) == ("PROD", "#ff0000")
    assert context.mask_digits
    assert "answer URL https://tunnel.example/webhooks/answer" in result.stderr
    assert "event URL  https://tunnel.example/webhooks/event" in result.stderr
    assert "Open the console: voice-console\n" in result.stderr


def test_the_next_step_of_a_second_context_names_it(key: Path, config: Path) -> None:
    words = ("--application-id", "a", "--private-key", str(key))
    assert init(*words).exit_code == 0
    result = init("--context", "staging", *words)
    assert "voice-console --context staging\n" in result.stderr
    assert set(read_config(config).contexts) == {"live", "staging"}
    assert read_config(config).default_context == "live"


def test_nothing_is_replaced_without_a_word(key: Path, config: Path) -> None:
    words = ("--application-id", "a", "--private-key", str(key))
    assert init(*words).exit_code == 0
    before = config.read_text()
    again = init(*words, "--theme", "light")
    assert again.exit_code == 2
    assert "has a context live already" in again.stderr
    assert config.read_text() == before
    forced = init(*words, "--theme", "light", "--force")
    assert forced.exit_code == 0
    assert "replaced in" in forced.stderr
    assert f"{config}.before" in forced.stderr
    assert load_context(environ={}).context.theme == "light"


def test_the_file_is_the_one_that_is_in_force(tmp_path: Path, key: Path, config: Path) -> None:
    words = ("--application-id", "a", "--private-key", str(key))
    named = tmp_path / "named.toml"
    assert init("--config", str(named), *words).exit_code == 0
    assert named.exists()
    variable = tmp_path / "variable.toml"
    result = CliRunner(env={"VOICE_CONSOLE_CONFIG": str(variable)}).invoke(cli, ["init", *words])
    assert result.exit_code == 0
    assert variable.exists()
    assert not config.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--application-id and --private-key must be given"),
        (("--application-id", "a"), "--private-key must be given"),
        (("--context", "sandbox"), "always exists"),
        (("--context", "../x"), "cannot name a context"),
        (("--region", "moon"), "--region: moon is no region"),
        (("--region", "eu", "--api-url", "https://x.example"), "exclude each other"),
        (("--api-url", "http://api.nexmo.com"), "--api-url: tokens would leave"),
        (("--number", "12"), "--numbers must be a list of numbers"),
        (("--port", "99999"), "--port must be a whole number"),
        (("--public-url", "tunnel"), "--public-url: tunnel is no URL"),
        (("--signature-secret-file", "/none"), "--signature-secret-file: the signature secret"),
        (("--ca-file", "/none"), "--ca-file: no such file: /none"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    key: Path, config: Path, words: tuple[str, ...], said: str
) -> None:
    if "must be given" not in said:
        words = ("--application-id", "a", "--private-key", str(key), *words)
    result = init(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not config.exists()


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604])
def test_an_open_key_is_refused_with_the_chmod(tmp_path: Path, config: Path, mode: int) -> None:
    path = key_file(tmp_path, mode=mode)
    result = init("--application-id", "a", "--private-key", str(path))
    assert result.exit_code == 2
    assert f"Type: chmod 600 {path}" in result.stderr
    assert not config.exists()


def test_a_mended_key_is_said(tmp_path: Path, config: Path) -> None:
    path = key_file(tmp_path, private_key().replace("\n", "\\n"))
    result = init("--application-id", "a", "--private-key", str(path))
    assert result.exit_code == 0
    assert "the private key was mended" in result.stderr


class Dialogue:
    """The command at a pseudo terminal, answered question by question."""

    def __init__(self, *words: str) -> None:
        self.terminal, inner = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "console", *words],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=dict(os.environ),
        )
        os.close(inner)
        self.said = ""

    def answer(self, question: str, text: str) -> None:
        self.hear(question)
        os.write(self.terminal, f"{text}\r".encode())

    def hear(self, question: str) -> None:
        self._read_until(question, len(self.said))

    def interrupt(self) -> None:
        """A signal between the prompt and the wait for a line is lost on readline: once more."""
        while self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=2)

    def end(self) -> int:
        self._read_until(None, 0)
        os.close(self.terminal)
        return self.process.wait(timeout=20)

    def _read_until(self, text: str | None, start: int) -> None:
        deadline = time.monotonic() + 20
        while text is None or text not in self.said[start:]:
            ready, _, _ = select.select([self.terminal], [], [], deadline - time.monotonic())
            assert ready, f"{text!r} was not said: {self.said}"
            try:
                data = os.read(self.terminal, 4096)
            except OSError:
                data = b""
            if not data:
                assert text is None, f"{text!r} was not said: {self.said}"
                return
            self.said += data.decode()


def test_questions_write_the_same_and_ask_again_after_a_wrong_answer(
    tmp_path: Path, key: Path, config: Path
) -> None:
    open_key = tmp_path / "open.key"
    open_key.write_text(private_key())
    open_key.chmod(0o644)
    secret = "a secret of thirty-two bytes ..."
    talk = Dialogue("init")
    talk.answer("Name of the context [live]:", "prod")
    talk.answer("Application id (UUID):", "78d335fa-323d-0114-9c3d-d6f0d48968cf")
    talk.answer("Private key file:", str(open_key))
    talk.answer("Private key file:", str(key))
    talk.answer("Region [global]:", "europe")
    talk.answer("Region [global]:", "eu")
    talk.answer("Signature secret (empty: none):", "short")
    talk.answer("Signature secret (empty: none):", secret)
    talk.answer("Own numbers, with commas between:", "447700900000, 447700900001")
    talk.answer("Port of the receiver (0: any) [0]:", "")
    talk.answer("Public URL of the receiver:", "")
    talk.answer("Ask before acting (always, destructive, never) [always]:", "never")
    assert talk.end() == 0
    assert f"chmod 600 {open_key}" in talk.said
    assert "europe is no region" in talk.said
    assert "has 5 bytes" in talk.said
    assert secret not in talk.said
    context = load_context(environ={}).context
    assert context.name == "prod"
    assert context.signature_secret == Secret(secret)
    assert context.api_url == "https://api-eu.vonage.com"
    assert context.numbers == ("447700900000", "447700900001")
    assert context.confirm is Confirm.NEVER
    assert config.stat().st_mode & 0o777 == 0o600


def test_ctrl_c_at_a_question_writes_nothing(config: Path) -> None:
    talk = Dialogue("init")
    talk.hear("Name of the context [live]:")
    talk.interrupt()
    assert talk.end() == 130
    assert not config.exists()
