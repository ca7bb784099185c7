"""The person's own editor gets the terminal, and the console goes on behind it."""

import os
from pathlib import Path

import pytest

from tests.end_to_end.terminal import Terminal

EDITOR = """#!/bin/sh
printf 'MY OWN EDITOR'
read line
sed -i "s/Before/$line/" "$1"
"""


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_file_goes_to_the_editor_and_back(tmp_path: Path) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "voice-console" / "nccos"
    folder.mkdir(parents=True)
    file = folder / "hello.json"
    file.write_text('[{"action": "talk", "text": "Before"}]')
    editor = tmp_path / "editor"
    editor.write_text(EDITOR)
    editor.chmod(0o755)
    env = {"TMPDIR": str(tmp_path), "EDITOR": str(editor)}
    journal = tmp_path / "demo.journal"
    with Terminal("demo", "--seed", "1", "--journal", str(journal), env=env) as terminal:
        terminal.see("answered", seconds=40)
        # The first key takes the card of the first keys away as well.
        terminal.press("4")
        terminal.see("hello.json")
        terminal.press("enter")
        terminal.see('"Before"')
        before = journal.with_name(journal.name + "-wal").stat().st_size
        terminal.press("e")
        terminal.see("MY OWN EDITOR")
        # The journal is written to meanwhile, and nothing of ours is drawn.
        terminal.until(
            lambda _: journal.with_name(journal.name + "-wal").stat().st_size != before,
            what="the journal goes on",
            seconds=40,
        )
        assert "SANDBOX" not in terminal.text
        terminal.press("After", "\n")
        terminal.see('"After"')
        terminal.see("read again")
        assert "After" in file.read_text()
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.restored()
