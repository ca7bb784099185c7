from pathlib import Path

import pytest

from console.config import paths
from console.config.context import Confirm, SignaturePolicy
from console.config.errors import ConfigError
from console.config.load import (
    LoadedContext,
    Origin,
    Source,
    config_path,
    context_names,
    load_context,
)
from console.config.settings import SETTINGS
from console.secret import MASK, Secret
from tests.config.keys import key_file, private_key

SECRET = "s" * 32


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def load(tmp_path: Path, text: str, name: str | None = "live", **environ: str) -> LoadedContext:
    config = write(tmp_path / "config.toml", text)
    return load_context(name, config_file=config, environ=environ)


def fails(tmp_path: Path, text: str, **environ: str) -> str:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text, **environ)
    return str(error.value)


def test_flag_then_environment_then_file_then_default(tmp_path: Path) -> None:
    config = write(tmp_path / "c.toml", "[contexts.live]\nreceiver.port = 1\n")
    bare = write(tmp_path / "d.toml", "[contexts.live]\n")
    environ = {"VOICE_CONSOLE_RECEIVER_PORT": "2"}
    flags: dict[str, object] = {"receiver.port": 3, "receiver.host": None}

    def port(
        config: Path, environ: dict[str, str], overrides: dict[str, object]
    ) -> tuple[int, Source]:
        loaded = load_context("live", config_file=config, environ=environ, overrides=overrides)
        assert loaded.sources["receiver.host"] == Source(Origin.DEFAULT)
        return loaded.context.receiver.port, loaded.sources["receiver.port"]

    assert port(config, environ, flags) == (3, Source(Origin.FLAG, "--port"))
    assert port(config, environ, {}) == (
        2,
        Source(Origin.ENVIRONMENT, "VOICE_CONSOLE_RECEIVER_PORT"),
    )
    assert port(config, {}, {}) == (1, Source(Origin.FILE, f"{config} line 2"))
    assert port(bare, {}, {}) == (0, Source(Origin.DEFAULT))


def test_every_setting_has_a_source(tmp_path: Path) -> None:
    loaded = load(tmp_path, "[contexts.live]\n")
    assert set(loaded.sources) == {"context", *(setting.name for setting in SETTINGS)}


def test_a_full_context(tmp_path: Path) -> None:
    key = key_file(tmp_path)
    (tmp_path / "ca.pem").write_text("x")
    (tmp_path / "welcome.json").write_text("[]")
    loaded = load(
        tmp_path,
        f"""
        context = "live"
        [contexts.live]
        application_id = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
        private_key = "{key}"
        region = "eu-west"
        signature_secret = "{SECRET}"
        api_key = "abcd1234"
        api_secret = "account-secret"
        numbers = ["+447700900000", "447700900001"]
        theme = "light"
        confirm = "destructive"
        mask_digits = true
        calls_per_second = 30
        requests_per_second = 50
        ca_file = "ca.pem"
        frame = {{ word = "PROD", color = "#ff0000" }}
        [contexts.live.receiver]
        host = "0.0.0.0"
        port = 8080
        public_url = "https://tunnel.example/"
        policy = "flag"
        [[contexts.live.routes]]
        number = "+447700900000"
        ncco_file = "welcome.json"
        [[contexts.live.routes]]
        number = "447700900001"
        ncco = [{{ action = "talk", text = "Hello" }}]
        [[contexts.live.routes]]
        number = "447700900002"
        conversation = "support"
        [[contexts.live.routes]]
        number = "*"
        forward = "http://127.0.0.1:3000/answer"
        """,
        name=None,
    )
    context = loaded.context
    assert context.name == "live"
    assert context.application_id == "78d335fa-323d-0114-9c3d-d6f0d48968cf"
    assert context.private_key == Secret(private_key())
    assert context.api_url == "https://api-eu-3.vonage.com"
    assert context.signature_secret == Secret(SECRET)
    assert (context.api_key, context.api_secret) == ("abcd1234", Secret("account-secret"))
    assert context.numbers == ("447700900000", "447700900001")
    assert context.theme == "light"
    assert context.confirm is Confirm.DESTRUCTIVE
    assert context.mask_digits
    assert (context.calls_per_second, context.requests_per_second) == (30, 50)
    assert context.ca_file == tmp_path / "ca.pem"
    assert (context.frame.word, context.frame.color) == ("PROD", "#ff0000")
    assert context.receiver.host == "0.0.0.0"
    assert context.receiver.port == 8080
    assert context.receiver.public_url == "https://tunnel.example"
    assert context.receiver.policy is SignaturePolicy.FLAG
    files, inline, room, app = context.routes
    assert (files.number, files.ncco_file) == ("447700900000", tmp_path / "welcome.json")
    assert inline.ncco == ({"action": "talk", "text": "Hello"},)
    assert room.conversation == "support"
    assert (app.number, app.forward) == ("*", "http://127.0.0.1:3000/answer")
    assert not context.is_sandbox
    assert loaded.notes == ()
    assert SECRET not in repr(loaded)
    assert "account-secret" not in repr(loaded)
    assert "PRIVATE KEY" not in repr(loaded)


def test_the_same_from_the_environment(tmp_path: Path) -> None:
    key = key_file(tmp_path)
    loaded = load(
        tmp_path,
        "[contexts.live]\n",
        VOICE_CONSOLE_APPLICATION_ID="id",
        VOICE_CONSOLE_PRIVATE_KEY=str(key),
        VOICE_CONSOLE_API_URL="https://api-us.vonage.com/",
        VOICE_CONSOLE_SIGNATURE_SECRET=SECRET,
        VOICE_CONSOLE_NUMBERS="447700900000, +447700900001,",
        VOICE_CONSOLE_RECEIVER_POLICY="off",
        VOICE_CONSOLE_ROUTES='[{"number": "*", "conversation": "lobby"}]',
        VOICE_CONSOLE_MASK_DIGITS="yes",
        VOICE_CONSOLE_CALLS_PER_SECOND="5",
        VOICE_CONSOLE_CONFIRM="never",
        VOICE_CONSOLE_FRAME_WORD="TEST",
    )
    context = loaded.context
    assert context.application_id == "id"
    assert context.private_key == Secret(private_key())
    assert context.api_url == "https://api-us.vonage.com"
    assert context.numbers == ("447700900000", "447700900001")
    assert context.receiver.policy is SignaturePolicy.OFF
    assert context.routes[0].conversation == "lobby"
    assert context.mask_digits
    assert context.calls_per_second == 5
    assert context.confirm is Confirm.NEVER
    assert context.frame.word == "TEST"
    assert str(loaded.values["signature_secret"]) == MASK


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("RECEIVER_PORT", "eighty", "a whole number from 0 to 65535"),
        ("RECEIVER_PORT", "65536", "a whole number from 0 to 65535"),
        ("RECEIVER_POLICY", "maybe", "one of reject, flag, off"),
        ("CONFIRM", "sometimes", "one of always, destructive, never"),
        ("MASK_DIGITS", "perhaps", "true or false"),
        ("NUMBERS", "12", "a list of numbers"),
        ("ROUTES", "{", "a list of tables"),
        ("CALLS_PER_SECOND", "0", "a whole number from 1 to 1000"),
    ],
)
def test_a_wrong_variable_is_named(
    tmp_path: Path, variable: str, value: str, expected: str
) -> None:
    name = f"VOICE_CONSOLE_{variable}"
    text = fails(tmp_path, "[contexts.live]\n", **{name: value})
    assert text.startswith(f"{name} must be {expected}")


def test_an_unknown_and_an_empty_variable_are_said(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        '[contexts.live]\nreceiver.policy = "off"\n',
        VOICE_CONSOLE_RECIEVER_PORT="1",
        VOICE_CONSOLE_PRIVATE_KEY="",
    )
    assert loaded.notes == (
        "VOICE_CONSOLE_PRIVATE_KEY is empty and was not used.",
        "VOICE_CONSOLE_RECIEVER_PORT is no setting and was not used. "
        "Did you mean VOICE_CONSOLE_RECEIVER_PORT?",
    )


def test_a_wrong_flag_is_named(tmp_path: Path) -> None:
    config = write(tmp_path / "c.toml", "[contexts.live]\n")
    with pytest.raises(ConfigError, match=r"^--policy must be one of reject, flag, off$"):
        load_context("live", config_file=config, overrides={"receiver.policy": "no"})


def test_the_context_is_named_by_flag_environment_file_or_is_the_sandbox(tmp_path: Path) -> None:
    config = write(tmp_path / "c.toml", 'context = "b"\n[contexts.a]\n[contexts.b]\n[contexts.c]\n')
    environ = {"VOICE_CONSOLE_CONTEXT": "c"}

    def name(named: str | None, config: Path | None, environ: dict[str, str]) -> tuple[str, str]:
        loaded = load_context(named, config_file=config, environ=environ)
        return loaded.context.name, str(loaded.sources["context"])

    assert name("a", config, environ) == ("a", "flag: --context")
    assert name(None, config, environ) == ("c", "environment: VOICE_CONSOLE_CONTEXT")
    assert name(None, config, {}) == ("b", f"file: {config}")
    assert name(None, None, {}) == ("sandbox", "default")


def test_an_unknown_context_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    config = write(tmp_path / "c.toml", "[contexts.live]\n[contexts.staging]\n")
    with pytest.raises(ConfigError) as error:
        load_context("stagin", config_file=config)
    assert "no context stagin" in str(error.value)
    assert "Did you mean staging?" in str(error.value)
    assert "Known: live, sandbox, staging" in str(error.value)
    with pytest.raises(ConfigError, match="voice-console init --context live"):
        load_context("live", environ={})


def test_the_file_is_named_by_flag_environment_or_the_platform(tmp_path: Path, home: Path) -> None:
    default = home / ".config/voice-console/config.toml"
    assert paths.config_file() == default
    assert config_path(None, {}) == (default, Source(Origin.DEFAULT))
    other = tmp_path / "o.toml"
    environ = {"VOICE_CONSOLE_CONFIG": str(other)}
    assert config_path(None, environ)[0] == other
    flag = tmp_path / "f.toml"
    assert config_path(flag, environ) == (flag, Source(Origin.FLAG, "--config"))
    with pytest.raises(ConfigError, match=r"o\.toml does not exist. Write it with"):
        load_context(environ=environ)
    assert load_context(environ={}).config_file is None
    write(default, "[contexts.live]\n")
    assert load_context("live", environ={}).config_file == default


def test_the_names_of_all_contexts(tmp_path: Path) -> None:
    assert context_names(environ={}) == ("sandbox",)
    config = write(tmp_path / "c.toml", "[contexts.z]\n[contexts.a]\n")
    assert context_names(config) == ("a", "sandbox", "z")


def test_two_ways_of_one_thing_exclude_each_other_in_one_place(tmp_path: Path) -> None:
    text = '[contexts.live]\nregion = "eu"\napi_url = "https://x.example"\n'
    assert "region and api_url exclude each other" in fails(tmp_path, text)
    loaded = load(
        tmp_path,
        '[contexts.live]\napi_url = "https://x.example"\n',
        VOICE_CONSOLE_REGION="us",
    )
    assert loaded.context.api_url == "https://api-us.vonage.com"
    assert loaded.sources["api_url"] == Source(Origin.DEFAULT)


def test_an_unknown_region_is_answered_with_the_nearest(tmp_path: Path) -> None:
    text = fails(tmp_path, '[contexts.live]\nregion = "eu-wst"\n')
    assert "line 2: eu-wst is no region. Did you mean eu-west?" in text


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("api.nexmo.com", "is no URL"),
        ("ftp://api.nexmo.com", "is no URL"),
        ("https://", "is no URL"),
        ("https://host:port", "is no URL"),
        ("https://me:pw@api.nexmo.com", "user name or password"),
        ("http://api.nexmo.com", "unencrypted"),
        ("http://10.0.0.1:8820", "unencrypted"),
    ],
)
def test_a_base_url_that_cannot_be_used(tmp_path: Path, url: str, reason: str) -> None:
    text = fails(tmp_path, f'[contexts.live]\napi_url = "{url}"\n')
    assert "config.toml line 2: " in text
    assert reason in text
    assert "pw@" not in text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "api.localhost"])
def test_plain_http_is_for_this_machine(tmp_path: Path, host: str) -> None:
    loaded = load(tmp_path, f'[contexts.live]\napi_url = "http://{host}:8820"\n')
    assert loaded.context.api_url == f"http://{host}:8820"


def test_webhooks_that_nobody_can_check_are_said(tmp_path: Path) -> None:
    assert "every webhook is refused" in load(tmp_path, "[contexts.live]\n").unsigned
    flag = load(tmp_path, '[contexts.live]\nreceiver.policy = "flag"\n')
    assert "every webhook is taken as unproven" in flag.unsigned


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        ('number = "*"', "it has nothing"),
        ('number = "*"\nconversation = "a"\nforward = "http://x"', "it has conversation and f"),
        ('number = "*"\nncco_file = "none.json"', "routes[0].ncco_file: no such file"),
        ('number = "*"\nforward = "x"', "routes[0].forward: x is no URL"),
        ('number = "*"\nncco = [{ action = "tlak" }]', "routes[0].ncco is no valid NCCO"),
    ],
)
def test_a_route_has_exactly_one_way_that_works(tmp_path: Path, route: str, reason: str) -> None:
    text = fails(tmp_path, f"[contexts.live]\n[[contexts.live.routes]]\n{route}\n")
    assert "config.toml line 2: " in text
    assert reason in text


def test_a_number_is_routed_once(tmp_path: Path) -> None:
    route = '[[contexts.live.routes]]\nnumber = "447700900000"\nconversation = "a"\n'
    text = fails(tmp_path, f"[contexts.live]\n{route}{route.replace('4477', '+4477')}")
    assert "routes has 447700900000 more than once" in text


def test_a_certificate_authority_must_be_there(tmp_path: Path) -> None:
    text = fails(tmp_path, '[contexts.live]\nca_file = "none.pem"\n')
    assert f"no such file: {tmp_path}/none.pem" in text
