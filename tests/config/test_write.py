import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.config.errors import ConfigError
from console.config.file import read_config
from console.config.settings import SETTINGS
from console.config.write import nested, write_context

VALUES = {
    "application_id": "id",
    "private_key": "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
    "numbers": ["447700900000"],
    "receiver.port": 8080,
    "frame.word": "LIVE",
    "mask_digits": True,
    "routes": [{"number": "*", "conversation": "lobby"}],
}


def test_a_new_file_is_the_owners_alone_and_opens_the_context(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "config.toml"
    written = write_context(path, "live", VALUES)
    assert (written.replaced, written.default, written.kept) == (False, True, None)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in path.parent.iterdir()] == ["config.toml"]
    config = read_config(path)
    assert config.default_context == "live"
    assert tomllib.loads(path.read_text())["contexts"]["live"] == nested(VALUES)
    assert config.contexts["live"]["private_key"] == VALUES["private_key"]
    assert config.contexts["live"]["receiver.port"] == 8080


def test_a_second_context_leaves_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    before = '# mine\ncontext = "live"\n[contexts.live] # live\ntheme = "dark"'
    path.write_text(before)
    path.chmod(0o644)
    written = write_context(path, "staging", {"theme": "light"})
    assert (written.replaced, written.default, written.kept) == (False, False, None)
    assert path.read_text() == f'{before}\n\n[contexts.staging]\ntheme = "light"\n'
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_context_that_is_there_is_replaced_only_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    before = (
        '# mine\ncontext = "live"\n[contexts.live]\ntheme = "dark"\nconfirm = "never"\n[contexts.b]'
    )
    path.write_text(before)
    with pytest.raises(ConfigError, match="has a context live already") as error:
        write_context(path, "live", {"theme": "light"})
    assert "--force" in str(error.value)
    assert path.read_text() == before
    written = write_context(path, "live", {"theme": "light"}, replace=True)
    assert written.replaced
    assert written.kept == tmp_path / "config.toml.before"
    assert written.kept.read_text() == before
    assert written.kept.stat().st_mode & 0o777 == 0o600
    config = read_config(path)
    assert config.contexts == {"live": {"theme": "light"}, "b": {}}
    assert config.default_context == "live"


def test_the_default_is_set_but_never_changed_silently(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# mine\n[contexts.a]\n")
    assert write_context(path, "b", {}, default=True).default
    assert path.read_text().startswith('context = "b"\n\n# mine\n')
    with pytest.raises(ConfigError, match="by hand"):
        write_context(path, "c", {}, default=True)
    assert write_context(path, "a", {}, default=True, replace=True).default
    assert read_config(path).default_context == "a"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "c.toml"
    real.parent.mkdir()
    real.write_text("[contexts.a]\n")
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    write_context(link, "b", {})
    assert link.is_symlink()
    assert set(read_config(real).contexts) == {"a", "b"}


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[contexts.a\n")
    with pytest.raises(ConfigError, match="not valid TOML"):
        write_context(path, "b", {})
    assert path.read_text() == "[contexts.a\n"


def test_a_form_that_cannot_grow_is_left_alone_and_said(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("contexts = { a = {} }\n")
    with pytest.raises(ConfigError, match="by hand") as error:
        write_context(path, "b", {"theme": "light"})
    assert '[contexts.b]\ntheme = "light"' in str(error.value)
    assert path.read_text() == "contexts = { a = {} }\n"


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a b", "x" * 41, "ä"])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot name a context"):
        write_context(tmp_path / "c.toml", name, {})
    assert not (tmp_path / "c.toml").exists()


TEXTS = [s.name for s in SETTINGS if s.expects in ("text", "a path") and not s.secret]


@given(st.dictionaries(st.sampled_from(TEXTS), st.text(min_size=1)))
@example({"application_id": "\r\n"})
def test_whatever_is_written_is_read_back(values: dict[str, str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c.toml"
        write_context(path, "a", {})
        write_context(path, "b", values)
        assert read_config(path).contexts == {"a": {}, "b": values}
