"""What forms suggest: numbers, conversations, files, phrases, voices; and what they say of them."""

from pathlib import Path

import pytest
from textual.widgets import Input

from console.config.errors import ConfigError
from console.config.phrases import load_phrases
from console.tui.form_knowledge import ncco_matches
from tests.tui.screen import Shown, shown

LONG = "Please hold the line, somebody is with you at once."


def value(seen: Shown, field: str) -> str:
    return seen.app.screen.query_one(f"#field-{field}", Input).value


async def test_a_phrase_is_taken_and_a_voice_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "phrases.toml").write_text(f'hold = "{LONG}"\nthanks = "Thank you."\n', "utf-8")
    monkeypatch.setattr("console.tui.form_knowledge.config_dir", lambda: tmp_path)
    async with shown() as seen:
        await seen.press("s", "t")
        knowledge = seen.screen.steering.knowledge
        while not knowledge.phrases:
            await seen.pilot.pause()
        await seen.press("h", "backspace", "backspace", *"hol", "down", "enter")
        assert value(seen, "text") == LONG
        assert f"{len(LONG)} / 1500" in seen.text
        # The text's suggestions leave with it; the language has its own.
        await seen.press("tab")
        assert "Thank you." not in seen.text
        assert "English" in seen.text
        await seen.press(*["backspace"] * 5, *"de-d", "down", "enter")
        assert value(seen, "language") == "de-DE"
        await seen.press("tab", "backspace", "down")
        assert "▸ 0" in seen.text
        await seen.press("enter", "enter")
        ((action, _, args),) = seen.desk.performer.started
        assert (action, args["text"], args["language"], args["style"]) == (
            "leg.say",
            LONG,
            "de-DE",
            "0",
        )


async def test_whom_to_call_and_where_to_transfer_is_suggested() -> None:
    async with shown() as seen:
        await seen.press("n")
        assert "  447700900102  answered" in seen.text
        await seen.press(*"4420", "down", "enter")
        assert value(seen, "to") == "442079460123"
        await seen.press("escape", "t", *"supp", "down", "enter")
        assert value(seen, "value") == "support-7"
        await seen.press("shift+tab", "n", "tab")
        assert "whom we know" in seen.text


def test_files_of_nccos_are_found_in_three_folders(tmp_path: Path) -> None:
    here, config = tmp_path / "work", tmp_path / "config"
    for folder in (here / "nccos", config / "nccos"):
        folder.mkdir(parents=True)
    (here / "menu.json").write_text("[]", "utf-8")
    (here / "nccos" / "night.json").write_text("[]", "utf-8")
    (config / "nccos" / "hold.json").write_text("[]", "utf-8")
    found = [(match.value, match.note) for match in ncco_matches(here, config)]
    assert found == [
        ("menu.json", "here"),
        ("nccos/night.json", "nccos"),
        (str(config / "nccos" / "hold.json"), "configuration"),
    ]
    assert ncco_matches(tmp_path / "none", tmp_path / "none") == []


def test_a_broken_phrase_book_says_where(tmp_path: Path) -> None:
    book = tmp_path / "phrases.toml"
    assert load_phrases(book) == {}
    book.write_text("hold = 3\n", "utf-8")
    with pytest.raises(ConfigError, match="hold is no phrase"):
        load_phrases(book)
    book.write_text("hold = \n", "utf-8")
    with pytest.raises(ConfigError, match="line 1"):
        load_phrases(book)
