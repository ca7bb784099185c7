import contextlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config.errors import ConfigError
from console.config.file import read_config
from console.config.toml_lines import line_of
from tests.config.keys import private_key


def fails(path: Path, text: str | bytes, mode: int = 0o600) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    with pytest.raises(ConfigError) as error:
        read_config(path)
    said = str(error.value)
    assert str(path) in said
    return said.replace(str(path), "FILE")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[contexts.live]\naplication_id = 'x'",
            "FILE line 2: contexts.live.aplication_id is no known key. "
            "Did you mean application_id?",
        ),
        (
            "[contexts.live]\n\n[contexts.live.receiver]\nprt = 1",
            "FILE line 4: contexts.live.receiver.prt is no known key. Did you mean receiver.port?",
        ),
        (
            "[contexts.live]\nport = 1",
            "FILE line 2: contexts.live.port is no known key. Did you mean receiver.port?",
        ),
        ("[contexts.live]\nzzz = 1", "FILE line 2: contexts.live.zzz is no known key."),
        ("contxt = 'x'", "FILE line 1: contxt is no known key. Did you mean context?"),
        (
            "# first\ntheme = 'dark'",
            "FILE line 2: theme is no known key. Settings stand in the table of their context: "
            "[contexts.NAME].",
        ),
        ("context = 3", "FILE line 1: context must be a context's name"),
        ("contexts = 3", "FILE line 1: contexts must be a table"),
        ("[contexts]\nlive = 3", "FILE line 2: contexts.live must be a table"),
        ("[contexts.live]\nreceiver = 3", "FILE line 2: contexts.live.receiver must be a table"),
        (
            "[contexts.live]\nreceiver.port = 'x'",
            "FILE line 2: contexts.live.receiver.port must be a whole number from 0 to 65535",
        ),
        (
            "[contexts.live]\nreceiver = { host = '', port = 1 }",
            "FILE line 2: contexts.live.receiver.host must be an address",
        ),
        (
            "[contexts.live]\nconfirm = 'yes'",
            "FILE line 2: contexts.live.confirm must be one of always, destructive, never",
        ),
        (
            "[contexts.live]\nmask_digits = 1",
            "FILE line 2: contexts.live.mask_digits must be true or false",
        ),
        (
            "[contexts.live]\nnumbers = ['447700900000', '12']",
            "FILE line 2: contexts.live.numbers must be a list of numbers in E.164 form, 7 to 15 "
            "digits each (numbers[1]: Expected `str` matching regex",
        ),
        (
            "[contexts.live]\n[[contexts.live.routes]]\nnumber='*'\nconversation='a'\n"
            "[[contexts.live.routes]]\nnumber='*'\nforwrd='http://x'",
            "FILE line 5: contexts.live.routes must be a list of tables with number and one of "
            "ncco_file, ncco, conversation, forward (routes[1]: Object contains unknown field "
            "`forwrd`)",
        ),
        (
            "[contexts.'../x']\n",
            "FILE line 1: '../x' cannot name a context: use up to 40 letters, digits, '-', '_' "
            "and '.'",
        ),
        ("[contexts.live\n", "FILE is not valid TOML: Expected ']' at the end of a table"),
        ("a = 1\na = 2\n", "FILE is not valid TOML: Cannot overwrite a value (at line 2"),
        (b"a = '\xff'", "FILE is not UTF-8 text (byte 5)"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert fails(tmp_path / "c.toml", text).startswith(said)


def test_a_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="voice-console init --config"):
        read_config(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match=r"cannot be read: Is a directory"):
        read_config(tmp_path)


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(b"\xef\xbb\xbf[contexts.live]\r\ntheme = 'light'\r\n")
    config = read_config(path)
    assert config.contexts["live"] == {"theme": "light"}
    assert config.where("live", "theme") == f"{path} line 2"


MODES = [0o600, 0o400, 0o640, 0o644, 0o660, 0o604, 0o610, 0o777]
HOLDS = [
    f"signature_secret = '{'s' * 32}'",
    "api_secret = 'account-secret'",
    f'private_key = """{private_key()}"""',
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("secret", HOLDS, ids=["signature", "account", "key"])
def test_a_file_that_holds_a_secret_is_the_owners_alone(
    tmp_path: Path, mode: int, secret: str
) -> None:
    path = tmp_path / "c.toml"
    text = f"[contexts.live]\n{secret}\n"
    if mode & 0o077:
        said = fails(path, text, mode)
        assert f"is open to others ({mode:04o}). Type: chmod 600 FILE" in said
        assert "account-secret" not in said
        assert "PRIVATE KEY" not in said
    else:
        path.write_text(text)
        path.chmod(mode)
        assert "live" in read_config(path).contexts


def test_a_file_without_secrets_may_be_open(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("[contexts.live]\nprivate_key = '/etc/key.pem'\n")
    path.chmod(0o644)
    assert "live" in read_config(path).contexts


TEXT = '''# a comment
context = "live"
[contexts.live]
theme = "dark" # theme
private_key = """
receiver.port = 1
[contexts.other]
"""
receiver.host = "x"
frame = { word = "A", color = "b" }
[[contexts.live.routes]]
number = "1"
[[ contexts . "live" . routes ]]
number = "2"
ncco = [
  { action = "talk" },
]
[contexts.'o t']
"theme" = "x"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("context",), 2),
        (("contexts", "live"), 3),
        (("contexts", "live", "theme"), 4),
        (("contexts", "live", "private_key"), 5),
        (("contexts", "live", "receiver", "host"), 9),
        (("contexts", "live", "receiver", "port"), 3),
        (("contexts", "live", "frame", "word"), 10),
        (("contexts", "live", "routes"), 11),
        (("contexts", "live", "routes", 0, "number"), 12),
        (("contexts", "live", "routes", 1), 13),
        (("contexts", "live", "routes", 1, "number"), 14),
        (("contexts", "live", "routes", 1, "ncco", 0, "action"), 15),
        (("contexts", "o t", "theme"), 19),
        (("contexts", "other"), None),
    ],
)
def test_the_line_of_a_key(path: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TEXT, path) == line


@given(st.text())
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        path.chmod(0o600)
        with contextlib.suppress(ConfigError):
            assert read_config(path).text == path.read_text(encoding="utf-8-sig")
