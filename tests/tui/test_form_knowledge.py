"""What forms suggest: numbers, conversations, files, phrases, voices; and what they say of them."""

import os
from pathlib import Path

import pytest
from textual.widgets import Input

from console.cli.own_voice import OwnVoice
from console.config.errors import ConfigError
from console.config.phrases import MOST, load_phrases, name_for, save_phrase
from console.listening.output import NoSpeakers, Output, Pull
from console.tui.form_knowledge import ncco_matches
from console.tui.preview import Preview
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
        assert f"{len(LONG)} of 1,500 characters" in seen.text
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


async def test_a_phrase_is_kept_and_forgotten_and_heard_from_the_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.tui.form_knowledge.config_dir", lambda: tmp_path)

    def no_card() -> Output:
        raise NoSpeakers("no sound device")

    voice = OwnVoice("tones")
    async with shown() as seen:
        seen.app.preview = Preview(voice, tmp_path / "exports", no_card)
        await seen.press("s", *"hold on", "f9")
        while "no sound device; it is in " not in seen.text:
            await seen.pilot.pause()
        assert (tmp_path / "exports" / "say-1.wav").stat().st_size > 10_000
        await seen.press("ctrl+s", "enter")
        while "kept as hold-on" not in seen.text:
            await seen.pilot.pause()
        assert load_phrases(tmp_path / "phrases.toml") == {"hold-on": "hold on"}
        await seen.press("ctrl+g", "y")
        while "hold-on is forgotten" not in seen.text:
            await seen.pilot.pause()
        assert load_phrases(tmp_path / "phrases.toml") == {}
        await seen.app.preview.close()
    await voice.close()


async def test_a_preview_is_played_to_its_end_or_until_it_is_stopped(tmp_path: Path) -> None:
    class Card:
        name, delay_ms, pulled, closed = "card", 0, b"", False

        def start(self, pull: Pull) -> None:
            while not self.pulled.endswith(bytes(640)) or len(self.pulled) < 16_000:
                self.pulled += pull(640)

        def close(self) -> None:
            self.closed = True

    card, voice, said = Card(), OwnVoice("tones"), list[str]()
    preview = Preview(voice, tmp_path, lambda: card)
    preview.toggle("Hello there.", "en-US", 0, said.append, premium=False)
    task = preview._task
    assert task is not None
    await task
    assert said[0] == "preparing the voice …"
    assert said[1].startswith("you hear it, ")
    assert said[2].startswith("that was it, ")
    assert card.closed
    assert not any(os.scandir(tmp_path))
    await preview.close()
    await voice.close()


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


def test_phrases_are_saved_by_names_that_suit_them(tmp_path: Path) -> None:
    book = tmp_path / "own" / "phrases.toml"
    text = '<speak>Please <break time="1s"/> hold, the line is busy</speak>'
    assert name_for(text) == "please-hold-the-line"
    assert name_for("请稍候") == "phrase"
    save_phrase(book, "busy", text)
    save_phrase(book, "thanks", "Thank “you”.")
    assert load_phrases(book) == {"busy": text, "thanks": "Thank “you”."}
    save_phrase(book, "busy", "")
    assert list(load_phrases(book)) == ["thanks"]
    with pytest.raises(ConfigError, match="no name for a phrase"):
        save_phrase(book, "Not A Name", "x")
    book.write_text("".join(f'p{number} = "x"\n' for number in range(MOST)), "utf-8")
    with pytest.raises(ConfigError, match="forget one first"):
        save_phrase(book, "more", "x")
