from pathlib import Path

from console.floor.floor_page import floor_page


def test_the_page_is_made_from_the_tables() -> None:
    page = Path(__file__).parents[2] / "docs" / "floor.md"
    assert page.read_text("utf-8") == floor_page(), (
        "run: python -m console.floor.floor_page > docs/floor.md"
    )
