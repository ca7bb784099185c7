import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from console.cli import cli
from console.cli.info import effective
from console.config.load import load_context
from console.config.settings import SETTINGS
from tests.config.keys import private_key

SECRET = "signature-secret-of-32-bytes-...."


@pytest.fixture
def config(home: Path) -> Path:
    path = home / ".config/voice-console/config.toml"
    path.parent.mkdir()
    path.write_text(
        f'context = "live"\n[contexts.live]\nprivate_key = """{private_key()}"""\n'
        f'signature_secret = "{SECRET}"\napi_secret = "account-secret"\nmask_digits = true\n'
        'numbers = ["447700900000"]\n'
        '[[contexts.live.routes]]\nnumber = "*"\nconversation = "lobby"\n'
    )
    path.chmod(0o600)
    return path


def test_files_values_and_sources_are_shown_and_secrets_are_not(config: Path, home: Path) -> None:
    result = CliRunner(env={"VOICE_CONSOLE_THEME": "light"}).invoke(cli, ["info"])
    assert result.exit_code == 0
    rows = {
        line.split()[0]: line.split() for line in result.stdout.splitlines() if line[:2] == "  "
    }
    assert rows["configuration"] == ["configuration", str(config), "0600"]
    assert rows["log"][1] == f"{home}/.local/state/voice-console/voice-console.log"
    assert rows["log"][2:] == ["not", "there"]
    assert rows["theme"] == ["theme", "light", "environment:", "VOICE_CONSOLE_THEME"]
    line = 1 + config.read_text().splitlines().index("mask_digits = true")
    assert rows["mask_digits"][1:] == ["true", "file:", str(config), "line", str(line)]
    assert rows["confirm"] == ["confirm", "always", "default"]
    assert rows["routes"][1:5] == ["*", "→", "conversation", "lobby"]
    for name in ("private_key", "signature_secret", "api_secret"):
        assert rows[name][1] == "***"
    assert set(rows) >= {setting.name for setting in SETTINGS}
    for secret in (SECRET, "account-secret", "PRIVATE KEY"):
        assert secret not in result.output


def test_json_for_programs(config: Path) -> None:
    result = CliRunner().invoke(cli, ["info", "--json"])
    told = json.loads(result.stdout)
    assert told["context"] == "live"
    assert told["files"]["configuration"] == str(config)
    assert told["settings"]["receiver.port"] == {"value": "0", "source": "default"}
    assert told["settings"]["signature_secret"]["value"] == "***"
    assert SECRET not in result.output


def test_files_are_shown_although_the_configuration_is_wrong(config: Path) -> None:
    config.write_text("zzz = 1\n")
    result = CliRunner().invoke(cli, ["info"])
    assert result.exit_code == 2
    assert str(config) in result.stdout
    assert "zzz is no known key" in result.stderr


def test_every_setting_has_a_value_to_show() -> None:
    loaded = load_context(environ={})
    assert set(effective(loaded)) == {setting.name for setting in SETTINGS}


def test_what_a_file_says_cannot_steer_the_terminal(config: Path) -> None:
    config.write_text('[contexts.live]\ntheme = "\\u001b[2J"\nreceiver.policy = "off"\n')
    result = CliRunner().invoke(cli, ["--context", "live", "info"])
    assert "\x1b" not in result.output
    assert "\\x1b[2J" in result.stdout
