"""What `replay` and `open` say before a screen is drawn."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from console.cli import open as opening
from console.cli import replay


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input and output count as a terminal; no screen is reached in these tests."""
    monkeypatch.setattr(opening, "need_terminal", lambda: None)
    monkeypatch.setattr(replay, "need_terminal", lambda: None)


def test_a_screen_is_not_drawn_into_a_pipe() -> None:
    result = CliRunner().invoke(replay.command, ["latest"])
    assert result.exit_code == 2
    assert "voice-console listen" in result.output
    assert "voice-console events --follow --json" in result.output


@pytest.mark.usefixtures("terminal")
def test_a_session_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(replay.command, ["x", "--journal", str(tmp_path / "none")])
    assert result.exception is not None
    assert "none" in str(result.exception)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("speed", ["0", "-1", "fast"])
def test_a_speed_that_is_none_is_refused(speed: str) -> None:
    result = CliRunner().invoke(replay.command, ["latest", "--speed", speed])
    assert result.exit_code == 2
