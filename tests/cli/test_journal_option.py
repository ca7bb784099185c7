from pathlib import Path

import pytest
from click.testing import CliRunner

from console.cli import cli
from console.cli.journal_option import in_folder


@pytest.mark.parametrize("below", ["x.journal", "a/b/x.journal"])
@pytest.mark.parametrize("command", [["open", "--plain"], ["demo", "--plain"]])
def test_a_journal_below_what_is_no_folder_is_refused(
    tmp_path: Path, below: str, command: list[str]
) -> None:
    (tmp_path / "notes").write_text("mine")
    told = CliRunner().invoke(cli, [*command, "--journal", str(tmp_path / "notes" / below)])
    assert told.exit_code == 2
    assert "not every part of its path is a folder" in " ".join(told.output.split())
    assert (tmp_path / "notes").read_text() == "mine"


def test_the_folder_of_a_journal_is_its_owners_alone(tmp_path: Path) -> None:
    path = in_folder(tmp_path / "new" / "x.journal")
    assert path.parent.stat().st_mode & 0o777 == 0o700
