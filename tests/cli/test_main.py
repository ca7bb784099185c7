import importlib
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from console import __version__
from console.cli import COMMANDS, cli
from console.cli.boundary import EXPECTED, exit_code_of, run
from console.cli.exit_codes import ExitCode
from console.cli.version import installed_version


def _voice_console(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "console", *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def _outcome(error: BaseException) -> int:
    def work() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        run(work)
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_has_the_name_and_the_short_help_of_the_table(name: str) -> None:
    command = COMMANDS[name].load()
    assert command.name == name
    assert command.get_short_help_str(limit=200) == COMMANDS[name].short_help
    help_text = command.help or ""
    first = help_text.strip().partition("\n\n")[0]
    assert first.endswith((".", ":")), "a command says what it does in a whole sentence"


def test_help_lists_every_command_with_its_short_help() -> None:
    result = CliRunner().invoke(cli, ["--help"])
    assert result.exit_code == 0
    listed = " ".join(result.output.split())
    for name, entry in COMMANDS.items():
        assert f" {name} {entry.short_help}" in listed, name


def test_every_short_help_fits_a_terminal_of_80_columns() -> None:
    result = CliRunner().invoke(cli, ["--help"], terminal_width=80)
    assert all(len(line) <= 80 for line in result.output.splitlines())
    assert all(len(entry.short_help) <= 60 for entry in COMMANDS.values())


def test_the_usage_of_a_command_names_each_argument_in_one_word() -> None:
    usage = CliRunner().invoke(cli, ["faults", "--help"], terminal_width=100).output
    assert "faults [OPTIONS] NEVER-SENT\n" in usage
    assert "swapped, late, unsigned, never." in usage
    assert "NEVER-SENT is the share" in usage


def test_version_says_program_python_textual_and_platform() -> None:
    result = CliRunner().invoke(cli, ["--version"])
    assert result.exit_code == 0
    assert result.output.startswith(f"voice-console {__version__} (Python 3.")
    assert "Textual 8." in result.output
    assert os.uname().sysname in result.output


def test_the_version_from_the_folder_is_the_one_of_the_metadata() -> None:
    from importlib.metadata import version

    for distribution in ("textual", "click", "httpx"):
        assert installed_version(distribution, distribution) == version(distribution)
    assert installed_version("no-such-thing", "no_such_thing") == "not installed"


def test_an_unknown_command_is_a_usage_error_with_the_nearest_name() -> None:
    result = _voice_console("sesions")
    assert result.returncode == ExitCode.USAGE
    assert "Did you mean 'sessions'?" in result.stderr
    assert result.stdout == ""


def test_an_unknown_option_is_a_usage_error() -> None:
    result = CliRunner().invoke(cli, ["info", "--jsn"])
    assert result.exit_code == ExitCode.USAGE


def test_config_and_context_are_taken_before_and_after_the_command(tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text('[contexts.a]\nreceiver.policy = "off"\n[contexts.b]\n')
    runner = CliRunner()
    before = runner.invoke(cli, ["--config", str(config), "--context", "a", "info"])
    after = runner.invoke(cli, ["info", "--config", str(config), "--context", "a"])
    assert before.exit_code == after.exit_code == 0
    assert before.stdout == after.stdout
    assert "Context a (flag: --context)" in after.stdout
    both = runner.invoke(cli, ["--context", "b", "info", "--config", str(config), "--context", "a"])
    assert both.stdout == after.stdout


def test_a_configuration_error_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    result = _voice_console("--config", str(tmp_path / "none.toml"), "info")
    assert result.returncode == ExitCode.USAGE
    assert "none.toml does not exist" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_expected_error_exists_and_has_its_code(name: str) -> None:
    module, _, kind = name.rpartition(".")
    error = getattr(importlib.import_module(module), kind)
    assert issubclass(error, Exception)
    assert exit_code_of(error.__new__(error)) is EXPECTED[name]


def test_a_401_of_the_api_is_a_matter_of_credentials() -> None:
    from console.client.errors import VoiceApiError
    from console.voice.errors import decode_problem

    assert _outcome(VoiceApiError(decode_problem(401, b"{}"))) == ExitCode.CONNECTION
    assert _outcome(VoiceApiError(decode_problem(404, b"{}"))) == ExitCode.REFUSED


def test_an_action_has_the_code_of_what_stopped_it() -> None:
    from console.actions.outcome import ActionError
    from console.client.errors import VoiceTimeout, Where

    timeout = VoiceTimeout(Where("PUT", "127.0.0.1"), 10, sent=True)
    assert _outcome(ActionError("no", timeout)) == ExitCode.TIMED_OUT
    assert _outcome(ActionError("no", ValueError())) == ExitCode.REFUSED
    assert _outcome(ActionError("no")) == ExitCode.REFUSED


def test_expected_errors_in_a_group_are_said_and_coded(capsys: pytest.CaptureFixture[str]) -> None:
    from console.config.errors import ConfigError

    group = ExceptionGroup("two", [ConfigError("first"), ExceptionGroup("in", [ConfigError("b")])])
    assert _outcome(group) == ExitCode.USAGE
    assert capsys.readouterr().err == "Error: first\n"


def test_an_error_text_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    from console.config.errors import ConfigError

    assert _outcome(ConfigError("a\x1b]0;title\x07b")) == ExitCode.USAGE
    assert capsys.readouterr().err == "Error: a\\x1b]0;title\\x07b\n"


def test_what_click_says_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    def typed() -> None:
        raise click.ClickException("no \x1b]0;x\x07 here\nsecond \x9b line")

    with pytest.raises(SystemExit) as ended:
        run(typed)
    told = capsys.readouterr().err
    assert ended.value.code == ExitCode.USAGE
    assert "\x1b" not in told
    assert "\x9b" not in told
    assert told.splitlines()[0].startswith("Error: no ")


def test_ctrl_c_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert _outcome(KeyboardInterrupt()) == ExitCode.INTERRUPTED
    assert _outcome(click.Abort()) == ExitCode.INTERRUPTED
    assert "Interrupted" in capsys.readouterr().err


def test_sigint_to_a_running_command_is_130() -> None:
    code = (
        "import os, signal, time, click\n"
        "from console.cli.boundary import run\n"
        "def work():\n"
        "    print('up', flush=True)\n"
        "    signal.pause()\n"
        "run(work)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == ExitCode.INTERRUPTED
    assert err == "Interrupted.\n"


def test_a_number_that_a_command_returns_is_the_exit_code() -> None:
    results: list[tuple[object, int]] = [
        (None, 0),
        (ExitCode.TIMED_OUT, 4),
        (0, 0),
        (True, 0),
        ("x", 0),
    ]
    for result, code in results:
        with pytest.raises(SystemExit) as ended:
            run(partial(next, iter([result])))
        assert ended.value.code == code


def test_a_click_error_without_a_code_of_its_own_is_a_usage_error() -> None:
    assert _outcome(click.ClickException("x")) == ExitCode.USAGE
    assert _outcome(click.FileError("x")) == ExitCode.USAGE
    assert _outcome(click.UsageError("x")) == ExitCode.USAGE


def test_an_error_about_a_file_names_the_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert _outcome(PermissionError(13, "Permission denied", str(tmp_path))) == ExitCode.USAGE
    assert capsys.readouterr().err == f"Error: Permission denied: {tmp_path}\n"


def test_a_fault_of_ours_is_one_line_and_a_report_without_values(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    def work() -> None:
        password = "hunter2-hunter2"
        raise ZeroDivisionError(len(password) // 1)

    with pytest.raises(SystemExit) as ended:
        run(work)
    assert ended.value.code == ExitCode.CRASHED
    said = capsys.readouterr().err
    (report,) = (home / ".local/state/voice-console").glob("crash-*.txt")
    assert said == (
        f"voice-console stopped by a fault of its own (ZeroDivisionError). The report is {report}\n"
    )
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert "ZeroDivisionError" in text
    assert "in work" in text


def test_a_report_that_cannot_be_written_is_said(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / ".local/state/voice-console").write_text("in the way")
    assert _outcome(RuntimeError("x")) == ExitCode.CRASHED
    assert "could not be written" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_error() -> None:
    command = f"{sys.executable} -m console --help | head -n 1; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=30, check=False
    )
    assert result.stdout.startswith("Usage")
    assert (result.returncode, result.stderr) == (0, "")
    code = (
        "import os, sys, click\n"
        "from console.cli.boundary import run\n"
        "def work():\n"
        "    for _ in range(100_000): click.echo('x' * 100)\n"
        "run(work)\n"
    )
    command = f'{sys.executable} -c "$CODE" | head -n 1; exit ${{PIPESTATUS[0]}}'
    result = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, "CODE": code},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_a_full_disk_under_the_output_is_one_sentence(home: Path) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "console", "info"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            check=False,
        )
    assert result.returncode == ExitCode.USAGE
    assert "The output could not be written: No space left on device" in result.stderr
    assert "fault of its own" not in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("demo <&-", 2, "The console needs a terminal."),
        ("mute - <&-", 2, "Nothing came on standard input."),
        ("ncco check - >&-", 1, "1 error"),
        ("keys >&- 2>&-", 0, ""),
    ],
)
def test_a_stream_that_is_closed_is_no_fault(
    command: str, code: int, said: str, home: Path
) -> None:
    result = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m console {command}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "fault of its own" not in result.stderr
    assert said in result.stderr
    assert result.returncode == code
    assert not list(home.rglob("crash-*"))


def test_the_log_of_long_commands_is_a_file_of_the_owner(home: Path) -> None:
    code = (
        "import logging\n"
        "from console.cli.log import log_to_file\n"
        "log_to_file()\n"
        "logging.getLogger('console.x').info('not kept')\n"
        "logging.getLogger('console.x').warning('kept')\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    log = home / ".local/state/voice-console/voice-console.log"
    assert (result.stdout, result.stderr) == ("", "")
    assert log.read_text().endswith("WARNING console.x: kept\n")
    assert log.read_text().count("\n") == 1
    assert log.stat().st_mode & 0o777 == 0o600
