"""Every transcript beside this file: inputs in, effects out, line by line."""

from pathlib import Path

import pytest

from tests.conformance.collect import transcript_marks
from tests.sandbox.engine.playbook import Play, perform

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem, marks=transcript_marks(path)) for path in TRANSCRIPTS],
)
def test_transcript(path: Path) -> None:
    perform(path.read_text())


def test_same_seed_same_effects() -> None:
    for path in TRANSCRIPTS:
        first, second = (perform(path.read_text(), Play(seed=11)).log for _ in range(2))
        assert first == second, path.stem


def test_other_seed_other_ids() -> None:
    transcript = (Path(__file__).parent / "transcripts" / "outcome_busy.txt").read_text()
    assert perform(transcript, Play(seed=1)).log != perform(transcript, Play(seed=2)).log
