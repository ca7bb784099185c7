from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from console.config.errors import ConfigError
from console.config.keys import (
    load_private_key,
    load_signature_secret,
    load_signature_secret_file,
)
from tests.config.keys import key_file, private_key

PKCS1 = PrivateFormat.TraditionalOpenSSL


def fails_key(value: str, base: Path) -> str:
    with pytest.raises(ConfigError) as error:
        load_private_key(value, where="HERE", base=base)
    return str(error.value)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PKCS1], ids=["PKCS#8", "PKCS#1"])
def test_a_right_key_is_taken_as_it_is(tmp_path: Path, form: PrivateFormat) -> None:
    text = private_key(form)
    path = key_file(tmp_path, text)
    for value, source in ((text, None), (str(path), path), ("private.key", path)):
        loaded = load_private_key(value, where="HERE", base=tmp_path)
        assert loaded.secret.reveal() == text
        assert loaded.notes == ()
        assert loaded.path == source


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PKCS1], ids=["PKCS#8", "PKCS#1"])
@pytest.mark.parametrize(
    ("harm", "word"),
    [
        (lambda key: key.replace("\n", "\\n"), "line breaks"),
        (lambda key: key.replace("\n", "\r\n"), "line ends"),
        (lambda key: "\ufeff" + key, "byte order mark"),
        (lambda key: f'"{key}"', "quotes"),
        (lambda key: '\ufeff"' + key.replace("\n", "\\n") + '"\r\n', "quotes"),
    ],
    ids=["escapes", "crlf", "bom", "quotes", "all"],
)
def test_a_harmed_key_is_mended_and_said(
    tmp_path: Path, form: PrivateFormat, harm: Callable[[str], str], word: str
) -> None:
    harmed = harm(private_key(form))
    (tmp_path / "private.key").write_bytes(harmed.encode())
    (tmp_path / "private.key").chmod(0o600)
    for value in (harmed, "private.key"):
        loaded = load_private_key(value, where="HERE", base=tmp_path)
        assert loaded.secret.reveal() == private_key(form)
        (note,) = loaded.notes
        assert note.startswith("HERE")
        assert word in note
        assert "PRIVATE" not in note


@pytest.mark.parametrize(
    "mode", [0o600, 0o400, 0o700, 0o640, 0o644, 0o604, 0o660, 0o620, 0o601, 0o777]
)
def test_a_key_file_open_to_others_is_refused_with_the_chmod(tmp_path: Path, mode: int) -> None:
    path = key_file(tmp_path, mode=mode)
    if mode & 0o077:
        assert fails_key(str(path), tmp_path) == (
            f"HERE: the private key is open to others ({mode:04o}). Type: chmod 600 {path}"
        )
    else:
        assert load_private_key(str(path), where="HERE", base=tmp_path).notes == ()


def test_a_path_starts_at_the_home_or_the_base(tmp_path: Path, home: Path) -> None:
    key_file(home)
    assert load_private_key("~/private.key", where="HERE", base=tmp_path).path == (
        home / "private.key"
    )
    assert "No such file" in fails_key("private.key", tmp_path)


def test_what_is_no_key_is_called_so(tmp_path: Path) -> None:
    assert "No such file" in fails_key("/no/such/key", tmp_path)
    (tmp_path / "dir").mkdir(mode=0o700)
    assert "no such file" in fails_key("dir", tmp_path)
    for name, content, said in (
        ("empty", b"", "empty"),
        ("text", b"hello", "no PEM"),
        ("big", b"x" * 70_000, "larger than 64 KiB"),
        ("bytes", b"\xff\xfe\x00", "no UTF-8 text"),
        ("public", b"-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----", "public key"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        path.chmod(0o600)
        text = fails_key(name, tmp_path)
        assert said in text
        assert str(path) in text
        assert text.startswith("HERE")
    cut = private_key()[:-200]
    text = fails_key(cut, tmp_path)
    assert "cut off" in text
    assert cut[40:80] not in text


@pytest.mark.parametrize("size", [1, 15])
def test_a_short_signature_secret_is_refused(size: int) -> None:
    with pytest.raises(ConfigError, match=f"has {size} bytes") as error:
        load_signature_secret("x" * size, where="HERE")
    assert "x" * 15 not in str(error.value)


def test_a_signature_secret_is_measured_in_bytes() -> None:
    assert load_signature_secret("ä" * 16, where="HERE").notes == ()
    assert "16 bytes; 32 are advised" in load_signature_secret("x" * 16, where="HERE").notes[0]
    assert "31 bytes" in load_signature_secret("x" * 31, where="HERE").notes[0]
    assert load_signature_secret("x" * 32, where="HERE").notes == ()


def test_a_signature_secret_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("\ufeff" + "x" * 32 + "\r\n")
    path.chmod(0o600)
    loaded = load_signature_secret_file("secret", where="HERE", base=tmp_path)
    assert loaded.secret.reveal() == "x" * 32
    assert loaded.notes == ()
    path.chmod(0o644)
    (note,) = load_signature_secret_file("secret", where="HERE", base=tmp_path).notes
    assert note == f"{path} is open to others (0644). Type: chmod 600 {path}"
    path.write_text("short")
    with pytest.raises(ConfigError, match="has 5 bytes"):
        load_signature_secret_file("secret", where="HERE", base=tmp_path)
    with pytest.raises(ConfigError, match="no such file"):
        load_signature_secret_file("none", where="HERE", base=tmp_path)
