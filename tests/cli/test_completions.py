import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from console.cli import COMMANDS, cli
from console.clock import SystemClock
from console.config.paths import journal_file
from console.journal.record import Kind, NewRecord, Verdict
from console.journal.sqlite import SqliteJournal


def _completed(words: str, position: int) -> list[str]:
    environ = {
        **os.environ,
        "_VOICE_CONSOLE_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(position),
    }
    result = subprocess.run(
        [sys.executable, "-m", "console"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return [line.removeprefix("plain,") for line in result.stdout.split()]


@pytest.mark.parametrize(
    ("shell", "part"),
    [
        ("bash", "complete -o nosort -F _voice_console_completion voice-console"),
        ("zsh", "#compdef voice-console"),
        ("fish", "complete --no-files --command voice-console"),
    ],
)
def test_the_script_of_each_shell_is_printed(shell: str, part: str) -> None:
    result = CliRunner().invoke(cli, ["completions", shell])
    assert result.exit_code == 0
    assert part in result.stdout
    assert "_VOICE_CONSOLE_COMPLETE" in result.stdout


def test_another_shell_is_refused_with_those_there_are() -> None:
    result = CliRunner().invoke(cli, ["completions", "tcsh"])
    assert result.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in result.output


def test_commands_and_options_are_completed_from_the_table() -> None:
    assert _completed("voice-console ", 1) == list(COMMANDS)
    assert _completed("voice-console ses", 1) == ["sessions"]
    assert "--context" in _completed("voice-console --", 1)
    assert "--application-id" in _completed("voice-console init --", 2)


def test_contexts_are_completed_from_the_file(home: Path) -> None:
    config = home / ".config/voice-console/config.toml"
    config.parent.mkdir()
    config.write_text("[contexts.live]\n[contexts.staging]\n")
    assert _completed("voice-console --context ", 2) == ["live", "sandbox", "staging"]
    assert _completed("voice-console info --context s", 3) == ["sandbox", "staging"]
    config.write_text("not toml")
    assert _completed("voice-console --context ", 2) == []


async def test_ids_are_completed_from_the_journal_of_the_context() -> None:
    assert _completed("voice-console --context sandbox mute ", 4) == []
    path = journal_file("sandbox")
    journal = SqliteJournal.open(path, clock=SystemClock(), context="sandbox", version="1")
    for leg, status in (("63f6-1", "answered"), ("63f6-2", "ringing"), ("63f6-3", "completed")):
        body = {"uuid": leg, "conversation_uuid": "CON-1", "status": status, "to": "4477"}
        await journal.append(
            NewRecord(
                kind=Kind.EVENT,
                at=SystemClock().now_ns(),
                mono=1,
                leg=leg,
                conversation="CON-1",
                status=status,
                verdict=Verdict.SIGNED,
                raw=json.dumps(body).encode(),
            )
        )
    await journal.close()
    assert _completed("voice-console --context sandbox mute 63f6", 4) == ["63f6-1", "63f6-2"]
    found = _completed("voice-console --context sandbox hangup ", 4)
    assert found == ["63f6-1", "63f6-2", "CON-1"]


def test_bash_completes_with_the_script(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    program = tmp_path / "voice-console"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m console "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(voice-console completions bash)"\n'
        "COMP_WORDS=(voice-console co) COMP_CWORD=1\n"
        "_voice_console_completion voice-console\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    result = subprocess.run(
        [bash, "-c", script],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert result.stdout.split() == ["completions"]
