"""The pictures of the guide are what the console draws now."""

from pathlib import Path

import pytest

from tools.gallery import FOLDER, PICTURES, SESSION, Picture, drawn, page


def test_the_page_shows_every_picture() -> None:
    assert FOLDER.with_suffix(".md").read_text() == page(), "run: make gallery"
    assert {path.stem for path in FOLDER.glob("*.svg")} == {each.name for each in PICTURES}
    told = SESSION.read_text()
    assert "PRIVATE KEY" not in told
    assert str(Path.home()) not in told


@pytest.mark.slow
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
async def test_a_picture_is_fresh(picture: Picture) -> None:
    stored = (FOLDER / f"{picture.name}.svg").read_text()
    assert await drawn(SESSION, picture) == stored, "run: make gallery"
