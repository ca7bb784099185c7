"""`voice-console application` and `numbers`, as a person types them, on the real sandbox."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.given import run
from tests.real_sandbox import RealSandbox, real_sandbox

ABSENT = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def environ(there: RealSandbox, tmp_path: Path) -> Mapping[str, str]:
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "VOICE_CONSOLE_SANDBOX_ENV": str(_env_file(there, tmp_path)),
    }


def _env_file(there: RealSandbox, folder: Path) -> Path:
    path = folder / "sandbox.env"
    path.write_text("".join(f"{name}='{value}'\n" for name, value in there.env.items()), "utf-8")
    return path


async def document(environ: Mapping[str, str], *arguments: str) -> Any:
    code, out, err = await run("--context", "sandbox", *arguments, "--json", environ=environ)
    assert code == 0, err
    return json.loads(out)


async def test_applications_are_listed_and_shown(
    there: RealSandbox, environ: Mapping[str, str]
) -> None:
    own = there.env["VONAGE_APPLICATION_ID"]
    listed = await document(environ, "application", "list")
    (one,) = listed["applications"]
    assert (one["id"], one["own"]) == (own, True)
    assert one["numbers"] == sorted(one["numbers"])
    shown = await document(environ, "application", "show")
    assert shown == one
    code, out, _ = await run("--context", "sandbox", "application", "list", environ=environ)
    assert code == 0
    assert out.splitlines()[0].split() == ["NAME", "ID", "NUMBERS", "ANSWER", "URL"]
    assert out.splitlines()[1].startswith("*  ")


async def test_only_what_is_given_is_set_and_it_is_proven(environ: Mapping[str, str]) -> None:
    before = await document(environ, "application", "show")
    options = ["--answer-url", "https://a.example/answer", "--answer-connect", "500"]
    after = await document(environ, "application", "set", *options, "--unsigned")
    assert after.pop("stage") == "proven"
    assert after["webhooks"]["answer_url"] == {
        "address": "https://a.example/answer",
        "http_method": "GET",
        "connect_timeout": 500,
        "socket_timeout": 5000,
    }
    assert after["signed_callbacks"] is False
    changed = {"webhooks", "signed_callbacks"}
    assert {k: v for k, v in after.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    code, out, err = await run(
        "--context", "sandbox", "application", "set", "--signed", environ=environ
    )
    assert (code, "signed_callbacks      yes" in out) == (0, True)
    assert err.splitlines() == ["Signed: no → yes", "Done; a read-back shows it."]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("application", "set"), 2, "nothing is changed: give an option"),
        (
            ("application", "set", "--event-read", "20000", "--conversations-ttl", "0"),
            2,
            "Event read is a whole number of milliseconds from 1000 to 10000; "
            "Names kept is a whole number of hours from 1 to 9000",
        ),
        (("application", "set", "--answer-url", "ftp://a"), 2, "not an http or https URL"),
        (("application", "set", "--signed"), 2, "nothing is changed"),
        (("application", "show", ABSENT), 1, "there is no such application"),
        (("numbers", "link", "442079460000", ABSENT), 2, f"no application {ABSENT}"),
        (("numbers", "link", "447700900999"), 2, "not a number of this account"),
        (("numbers", "unlink", "home"), 2, "not a number in international form"),
    ],
)
async def test_what_cannot_be_done_is_said_in_words(
    environ: Mapping[str, str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    found, out, err = await run("--context", "sandbox", *arguments, environ=environ)
    assert (found, out) == (code, "")
    assert said in err


async def test_numbers_are_listed_unlinked_and_linked(
    there: RealSandbox, environ: Mapping[str, str]
) -> None:
    own, number = there.env["VONAGE_APPLICATION_ID"], there.env["VONAGE_VIRTUAL_NUMBER"]
    listed = await document(environ, "numbers")
    assert {each["msisdn"]: each["app_id"] for each in listed["numbers"]}[number] == own
    unlinked = await document(environ, "numbers", "unlink", f"+{number}")
    assert (unlinked["app_id"], unlinked["stage"]) == (None, "proven")
    code, _, err = await run("--context", "sandbox", "numbers", "unlink", number, environ=environ)
    assert (code, "linked to no application" in err) == (2, True)
    linked = await document(environ, "numbers", "link", number)
    assert (linked["app_id"], linked["stage"]) == (own, "proven")
    code, out, _ = await run("--context", "sandbox", "numbers", environ=environ)
    assert code == 0
    assert out.splitlines()[0].split()[:2] == ["NUMBER", "COUNTRY"]
    assert any(number in line and "Sandbox" in line for line in out.splitlines())


async def test_what_was_asked_is_in_a_journal_without_a_secret(
    there: RealSandbox, environ: Mapping[str, str], tmp_path: Path
) -> None:
    journal = tmp_path / "mine.journal"
    await document(
        environ, "application", "set", "--leg-persistence-time", "9", "--journal", str(journal)
    )
    code, out, _ = await run("events", "--journal", str(journal), "--json", environ=environ)
    assert code == 0
    kinds = [json.loads(line)["kind"] for line in out.splitlines()]
    assert kinds.count("action.asked") == 1
    assert kinds.count("rest.request") == kinds.count("rest.response") == 6
    stored = journal.read_bytes()
    assert there.env["VONAGE_API_SECRET"].encode() not in stored
    assert b"PRIVATE KEY" not in stored


async def test_a_live_context_wants_a_yes(
    there: RealSandbox, environ: Mapping[str, str], tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    lines = [
        "[contexts.live]",
        f'application_id = "{there.env["VONAGE_APPLICATION_ID"]}"',
        f'api_url = "{there.url}"',
        f'api_key = "{there.env["VONAGE_API_KEY"]}"',
    ]
    config.write_text("\n".join(lines), "utf-8")
    base = ("--config", str(config), "--context", "live")
    code, _, err = await run(*base, "numbers", environ=environ)
    assert code == 2
    assert "has no api_secret; set it" in err
    assert "VOICE_CONSOLE_API_SECRET" in err
    secret = {**environ, "VOICE_CONSOLE_API_SECRET": there.env["VONAGE_API_SECRET"]}
    change = (*base, "application", "set", "--conversations-ttl", "24")
    code, _, err = await run(*change, environ=secret)
    assert (code, "give --yes" in err) == (2, True)
    code, out, err = await run(*change, "--yes", environ=secret)
    assert code == 0, err
    assert "conversations_ttl     24" in out
    wrong = {**environ, "VOICE_CONSOLE_API_SECRET": "another"}
    code, _, err = await run(*base, "numbers", environ=wrong)
    assert code == 3
    assert "check api_key and api_secret" in err


async def test_no_screen_is_imported(environ: Mapping[str, str]) -> None:
    code = (
        "import sys, console.cli\n"
        "try:\n"
        "    console.cli.main()\n"
        "finally:\n"
        "    heavy = {'textual', 'numpy'} & set(sys.modules)\n"
        "    print(sorted(heavy), file=sys.stderr)\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        "--context",
        "sandbox",
        "numbers",
        "--json",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(environ),
    )
    _, err = await process.communicate()
    assert err.decode().strip() == "[]"
