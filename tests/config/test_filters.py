from pathlib import Path

import pytest

from console.config.errors import ConfigError
from console.config.filters import load_filters, save_filter
from console.config.phrases import load_phrases


def test_filters_are_kept_and_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "filters.toml"
    assert load_filters(path) == {}
    save_filter(path, "bad", 'status:busy "two words"')
    save_filter(path, "big", "price>1")
    assert load_filters(path) == {"bad": 'status:busy "two words"', "big": "price>1"}
    save_filter(path, "bad", "")
    assert load_filters(path) == {"big": "price>1"}
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["", "Two", "a b", "-x", "a" * 33, "é"])
def test_a_name_is_plain(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="no name for a filter"):
        save_filter(tmp_path / "filters.toml", name, "x")


@pytest.mark.parametrize("text", ["bad = 3", "= x", '"Two words" = "x"', "\xff"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "filters.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"filters\.toml"):
        load_filters(path)


def test_a_filter_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "filters.toml").write_text('good = "busy"\n\nbad = 3\n')
    with pytest.raises(ConfigError, match=r"filters\.toml line 3: bad is no saved filter"):
        load_filters(tmp_path / "filters.toml")
    (tmp_path / "phrases.toml").write_text('# mine\nhold = ""\n')
    with pytest.raises(ConfigError, match=r"phrases\.toml line 2: hold is no phrase"):
        load_phrases(tmp_path / "phrases.toml")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be"):
        save_filter(tmp_path / "file" / "filters.toml", "bad", "x")
