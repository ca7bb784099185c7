from pathlib import Path

import pytest

from console.config import paths
from console.config.context import Confirm
from console.config.env import read_env_file
from console.config.errors import ConfigError
from console.config.load import Origin, load_context
from console.secret import Secret
from tests.config.keys import key_file, private_key

SECRET = "it's a secret of the sandbox, long"


def env_file(path: Path, **changes: str) -> Path:
    key_file(path.parent)
    (path.parent / "ca.pem").write_text("x")
    values = {
        "VONAGE_API_HOST": "127.0.0.1:8821",
        "VONAGE_API_URL": "http://127.0.0.1:9000",
        "VONAGE_APPLICATION_ID": "the-application",
        "VONAGE_PRIVATE_KEY": str(path.parent / "private.key"),
        "VONAGE_API_KEY": "abcd1234",
        "VONAGE_API_SECRET": "account",
        "VONAGE_SIGNATURE_SECRET": SECRET.replace("'", "'\\''"),
        "VONAGE_VIRTUAL_NUMBER": "447700900000",
        "SANDBOX_URL": "http://127.0.0.1:9000",
        "SANDBOX_CA_CERT": str(path.parent / "ca.pem"),
        **changes,
    }
    path.write_text("".join(f"{key}='{value}'\n" for key, value in values.items()))
    return path


def test_it_exists_before_any_sandbox_was_started() -> None:
    loaded = load_context("sandbox", environ={})
    context = loaded.context
    assert context.is_sandbox
    assert context.api_url == context.sandbox_url == "http://127.0.0.1:8820"
    assert context.confirm is Confirm.DESTRUCTIVE
    assert (context.frame.word, context.frame.color) == ("SANDBOX", "success")
    assert context.private_key is None
    (note,) = loaded.notes
    assert str(paths.sandbox_env_file()) in note
    assert "voice-console sandbox" in note


def test_it_is_what_the_sandbox_wrote(tmp_path: Path) -> None:
    path = env_file(tmp_path / "sandbox.env")
    loaded = load_context("sandbox", environ={}, sandbox_env=path)
    context = loaded.context
    assert context.application_id == "the-application"
    assert context.private_key == Secret(private_key())
    assert context.api_url == context.sandbox_url == "http://127.0.0.1:9000"
    assert context.signature_secret == Secret(SECRET)
    assert (context.api_key, context.api_secret) == ("abcd1234", Secret("account"))
    assert context.numbers == ("447700900000",)
    assert context.ca_file == tmp_path / "ca.pem"
    assert context.confirm is Confirm.DESTRUCTIVE
    assert loaded.notes == ()
    assert loaded.sources["api_url"].origin is Origin.SANDBOX
    assert loaded.sources["api_url"].where == str(path)
    assert SECRET not in repr(loaded)


def test_its_file_is_found_by_flag_variable_or_place(tmp_path: Path) -> None:
    one = env_file(tmp_path / "one.env", VONAGE_APPLICATION_ID="one")
    two = env_file(tmp_path / "two.env", VONAGE_APPLICATION_ID="two")
    paths.sandbox_env_file().parent.mkdir(parents=True)
    env_file(paths.sandbox_env_file(), VONAGE_APPLICATION_ID="three")
    environ = {"VOICE_CONSOLE_SANDBOX_ENV": str(two)}

    def found(environ: dict[str, str], flag: Path | None) -> str:
        return load_context(environ=environ, sandbox_env=flag).context.application_id

    assert found(environ, one) == "one"
    assert found(environ, None) == "two"
    assert found({}, None) == "three"


def test_a_sandbox_that_has_ended_and_taken_its_key_is_said(tmp_path: Path) -> None:
    path = env_file(tmp_path / "sandbox.env")
    (tmp_path / "private.key").unlink()
    (tmp_path / "ca.pem").unlink()
    loaded = load_context(environ={}, sandbox_env=path)
    assert loaded.context.private_key is None
    assert loaded.context.ca_file is None
    (note,) = loaded.notes
    assert "has ended" in note


def test_missing_keys_are_said(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.env"
    path.write_text("SANDBOX_URL='http://127.0.0.1:9/'\n")
    loaded = load_context(environ={}, sandbox_env=path)
    assert loaded.context.sandbox_url == "http://127.0.0.1:9"
    assert [note.split(" has no ")[1].split(".")[0] for note in loaded.notes] == [
        "VONAGE_APPLICATION_ID",
        "VONAGE_PRIVATE_KEY",
        "VONAGE_SIGNATURE_SECRET",
    ]


def test_the_environment_of_a_real_account_does_not_reach_it(tmp_path: Path) -> None:
    path = env_file(tmp_path / "sandbox.env")
    loaded = load_context(
        "sandbox",
        sandbox_env=path,
        environ={
            "VOICE_CONSOLE_API_URL": "https://api.nexmo.com",
            "VOICE_CONSOLE_APPLICATION_ID": "real",
            "VOICE_CONSOLE_FRAME_WORD": "LIVE",
            "VOICE_CONSOLE_THEME": "light",
        },
    )
    assert loaded.context.api_url == "http://127.0.0.1:9000"
    assert loaded.context.application_id == "the-application"
    assert loaded.context.frame.word == "SANDBOX"
    assert loaded.context.theme == "light"
    assert sorted(note.split()[0] for note in loaded.notes) == [
        "VOICE_CONSOLE_API_URL",
        "VOICE_CONSOLE_APPLICATION_ID",
        "VOICE_CONSOLE_FRAME_WORD",
    ]


def test_the_file_may_set_how_it_is_met_but_not_who_it_is(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[contexts.sandbox]\ntheme = "light"\nconfirm = "always"\n')
    context = load_context("sandbox", config_file=config, environ={}).context
    assert (context.theme, context.confirm) == ("light", Confirm.ALWAYS)
    config.write_text('[contexts.sandbox]\napi_url = "https://api.nexmo.com"\n')
    with pytest.raises(ConfigError, match=r"c.toml line 2: the sandbox has its own api_url"):
        load_context("sandbox", config_file=config, environ={})


def test_a_flag_is_meant_for_this_run(tmp_path: Path) -> None:
    path = env_file(tmp_path / "sandbox.env")
    secret = tmp_path / "secret"
    secret.write_text("another secret of 32 bytes ......")
    secret.chmod(0o600)
    loaded = load_context(
        "sandbox",
        environ={},
        sandbox_env=path,
        overrides={"signature_secret_file": secret, "receiver.port": 0},
    )
    assert loaded.context.signature_secret == Secret("another secret of 32 bytes ......")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A='b c'", {"A": "b c"}),
        ("A='it'\\''s'", {"A": "it's"}),
        ('A="b"', {"A": "b"}),
        ("export A=b # why", {"A": "b"}),
        ("# A=b", {}),
        ("", {}),
        ("A=", {"A": ""}),
        ("A='x=y'", {"A": "x=y"}),
        ("A=$(touch /tmp/x)", None),
        ("A", None),
        ("1A=b", None),
        ("A='b", None),
    ],
)
def test_lines_of_an_environment_file(
    tmp_path: Path, line: str, expected: dict[str, str] | None
) -> None:
    path = tmp_path / "x.env"
    path.write_text(f"\n{line}\n")
    if expected is None:
        with pytest.raises(ConfigError, match=r"x\.env line 2"):
            read_env_file(path)
    else:
        assert read_env_file(path) == expected


def test_an_environment_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_env_file(tmp_path / "none")
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_env_file(tmp_path / "bytes")
