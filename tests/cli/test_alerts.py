"""`voice-console alerts` on real files and a real journal."""

import json
import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.cli.alerts import command
from console.config.alerts import AlertSetting, save_alert
from console.journal.sqlite import SqliteJournal
from tests.cli.given import line_of, running
from tests.fake_clock import FakeClock
from tests.journal.given import event


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "voice-console"


def run(*options: str) -> Result:
    return CliRunner().invoke(command, options, standalone_mode=True)


def test_alerts_are_added_listed_checked_and_removed(folder: Path) -> None:
    assert "No alert is watched for" in run().stderr
    added = run("--add", "long", "status:answered dur>10m", "--for", "30s", "--bell")
    assert added.exit_code == 0
    assert (
        added.stdout == "long             legs          status:answered dur>10m  (for 30s, bell)\n"
    )
    assert run("--add", "q", "waiting>3", "--on", "conversations").exit_code == 0
    document = json.loads(run("--json").stdout)
    assert document["problems"] == []
    assert document["alerts"][0] == {
        "name": "long",
        "where": "status:answered dur>10m",
        "on": "legs",
        "for_seconds": 30.0,
        "bell": True,
    }
    assert run("--check").exit_code == 0
    wrong = run("--add", "x", "live:yes dur>soon")
    assert wrong.exit_code == 2
    assert "live:yes dur>soon\n           ^^^^^^^^" in wrong.stderr
    assert run("--bell").exit_code == 2
    assert run("--check", "--now").exit_code == 2
    assert run("--remove", "q").exit_code == 0
    (folder / "alerts.toml").write_text('[a]\nwhere = "busy"\n[b]\nwhere = "colour:red"\n')
    checked = CliRunner().invoke(command, ["--check"], standalone_mode=False)
    assert checked.return_value == 2
    assert "alerts.toml line 4 character 10: alert b: 'colour:red'" in checked.stderr
    assert checked.stdout.startswith("a ")


async def test_what_is_raised_is_told_as_it_comes(folder: Path, tmp_path: Path) -> None:
    save_alert(folder / "alerts.toml", AlertSetting(name="busy", where="status:busy"))
    hook = AlertSetting(name="hook", where="status:busy", on="webhooks")
    save_alert(folder / "alerts.toml", hook)
    path = tmp_path / "x.journal"
    journal = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")

    def told(leg: str, status: str) -> bytes:
        said = {"uuid": leg, "conversation_uuid": "CON-1", "status": status, "to": "4477009"}
        return json.dumps({**said, "timestamp": "2025-03-01T09:00:00.000Z"}).encode()

    await journal.append(event(1, leg="leg-1", status="busy", raw=told("leg-1", "busy")))
    options = ("alerts", "--journal", str(path), "--json")
    async with running(*options, "--now", environ=dict(os.environ)) as process:
        document = json.loads(await line_of(process))
        assert [each["leg"] for each in document["raised"]] == ["leg-1"]
        assert await process.wait() == 1
    async with running(*options, "--follow", environ=dict(os.environ)) as process:
        first = json.loads(await line_of(process))
        assert (first["state"], first["alert"], first["leg"]) == ("raised", "busy", "leg-1")
        await journal.append(event(2, leg="leg-2", status="busy", raw=told("leg-2", "busy")))
        more = [json.loads(await line_of(process)) for _ in range(2)]
        assert {each["alert"] for each in more} == {"busy", "hook"}
        assert {each["leg"] for each in more} == {"leg-2"}
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 130
    await journal.close()
