"""Every verb of the shell on the real sandbox, while a console is open on the same context."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from console.cli import cli
from console.client.errors import VoiceError
from console.config.paths import journal_file
from console.desk import Desk, open_desk
from console.floor.views import Leg
from console.journal.record import Kind
from console.journal.sqlite import open_read_only
from tests.audio.recorded import silence_file
from tests.cli.given import line_of, running
from tests.client.platform import Reply, platform
from tests.real_sandbox import RealSandbox, real_sandbox

ROOM = '[{"action": "conversation", "name": "%s"}]'
ABSENT = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def typed(*words: str, given: str = "") -> Said:
    result = CliRunner().invoke(cli, ["--context", "sandbox", *words], input=given)
    return Said(result.exit_code, result.stdout, result.stderr)


async def shell(*words: str, given: str = "") -> Said:
    """In a thread, since a verb runs a loop of its own."""
    return await asyncio.to_thread(typed, *words, given=given)


async def done(*words: str) -> Any:
    said = await shell(*words, "--json")
    assert said.code == 0, said.err
    (document,) = said.lines
    assert document["stage"] == "proven", document
    return document


@pytest.fixture(autouse=True)
def told(there: RealSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sandbox.env"
    path.write_text("".join(f"{name}='{value}'\n" for name, value in there.env.items()), "utf-8")
    monkeypatch.setenv("VOICE_CONSOLE_SANDBOX_ENV", str(path))


@pytest.fixture
async def desk(there: RealSandbox) -> AsyncIterator[Desk]:
    async with open_desk(there.context(), journal_path=journal_file("sandbox")) as desk:
        yield desk
        assert desk.sandbox is not None
        for leg in desk.store.floor.legs():
            try:
                await desk.client.hangup(leg.uuid)
            except VoiceError:
                continue


async def seen(desk: Desk, leg: str) -> Leg:
    assert desk.sandbox is not None
    await desk.sandbox.read(leg)
    found = desk.store.floor.leg(leg)
    assert found is not None
    return found


async def test_a_call_is_steered_from_the_shell_while_a_console_is_open(desk: Desk) -> None:
    called = await done("call", "447700900100", "--ncco", ROOM % "room-1", "--wait", "answered")
    leg = called["leg"]
    assert (called["command"], called["on"], called["status"]) == (
        "call",
        "447700900100",
        "answered",
    )
    assert desk.store.floor.leg(leg) is not None, "the console hears of it by its events"
    assert (await done("mute", "4477009001*"))["leg"] == leg
    assert (await done("mute", leg))["stage"] == "proven", "muted already is muted"
    printed = (await shell("unmute", leg, "--as", "curl")).out
    assert '\'{"action":"unmute"}\'' in printed
    assert f"/v1/calls/{leg}" in printed
    assert (await seen(desk, leg)).muted
    await done("unmute", leg[:8])
    assert not (await seen(desk, leg)).muted
    await done("earmuff", "447700900100")
    assert (await seen(desk, leg)).earmuffed
    await done("unearmuff", leg)
    await done("say", leg, "Your", "call", "is important", "--loop", "0", "--premium")
    playing = (await seen(desk, leg)).playing
    assert playing is not None
    assert playing.what == "Your call is important"
    await done("stop", leg)
    sound = Reply(200, raw=silence_file(2_000, "wav"), headers={"content-type": "audio/wav"})
    async with platform(lambda _: sound) as app:
        await done("stream", leg, f"{app.url}/hold.wav")
        await done("stop", leg)
        await done("dtmf", leg, "12#")
        await done("subscribe", leg, f"{app.url}/keys")
        await done("unsubscribe", leg)
    moved = await done("transfer", leg, "room-2")
    assert moved["leg"] == leg
    await done("transfer", leg, "--ncco", ROOM % "room-3", "--wait", "proven")
    (one,) = (await shell("reconcile", leg[:8], "--json")).lines
    assert (one["said"], one["leg"]) == ("the same (answered)", leg)
    assert desk.sandbox is not None
    assert (await shell("reconcile")).out == "the same (1 leg)\n"
    ended = await done("hangup-conversation", leg, "--yes")
    assert (ended["action"], ended["conversation_uuid"]) == (
        "conversation.hangup",
        (await seen(desk, leg)).conversation,
    )


async def test_one_goes_wrong_in_words_and_by_its_exit_code(desk: Desk) -> None:
    said = await shell("mute", "4499*")
    assert (said.code, said.out) == (2, "")
    assert "nothing here is “4499*”" in said.err
    said = await shell("mute", ABSENT, "--json")
    assert said.code == 1
    (document,) = said.lines
    assert (document["stage"], document["leg"]) == ("failed", ABSENT)
    assert document["reason"] in said.err
    script = ("--ncco", ROOM % "both", "--wait", "answered", "--json")
    called = await shell("call", "-", *script, given="447700900100\n447700900101\n")
    legs = [line["leg"] for line in called.lines]
    said = await shell("mute", "4477*")
    assert said.code == 2
    assert all(leg in said.err for leg in legs)
    said = await shell("mute", "both")
    assert (said.code, "is a conversation; this needs one of its legs" in said.err) == (2, True)
    said = await shell("dtmf", legs[0], "12x")
    assert (said.code, "digits are 0-9" in said.err) == (2, True)
    said = await shell("hangup", "both")
    assert (said.code, said.out) == (2, "")
    assert "nobody to ask here: give --yes" in said.err
    assert (await done("hangup", "both", "--yes"))["leg"] is None
    said = await shell("mute", legs[0])
    assert (said.code, "this leg is over (completed)" in said.err) == (1, True)


async def test_many_come_on_standard_input_and_keep_to_the_pace(desk: Desk) -> None:
    numbers = [f"44770090010{digit}" for digit in range(4)]
    called = await shell("call", "-", "--ncco", ROOM % "many", "--json", given="\n".join(numbers))
    assert called.code == 0, called.err
    assert {line["on"] for line in called.lines} == set(numbers)
    assert "4 times call: about 1 s, at most 3 new calls a second." in called.err
    legs = [line["leg"] for line in called.lines]
    said = await shell("call", "-", given="447700900100\nnobody\n")
    assert (said.code, said.out) == (2, "")
    assert "nobody: “nobody” is not a number" in said.err
    assert len(desk.store.floor.legs()) == 4, "of many nothing is sent where one cannot be"
    assert (await shell("hangup", "-", given="\n".join(legs))).code == 2
    said = await shell("hangup", "-", "--yes", given="\n".join([*legs, ABSENT]))
    assert said.code == 1
    assert {line.split()[1] for line in said.out.splitlines()} == set(legs)
    assert [line for line in said.err.splitlines() if line.startswith(ABSENT)]
    assert (await shell("hangup", "-", "--yes")).code == 2


async def test_what_is_waited_for_may_not_come(desk: Desk) -> None:
    assert desk.sandbox is not None
    call = ["call", "447700900107", "--ncco", ROOM % "x"]
    said = await shell(*call, "--wait", "completed", "--timeout", "0.3", "--json")
    assert said.code == 4
    (document,) = said.lines
    assert document["stage"] == "proven"
    assert "It was not completed within 0.3 s" in said.err
    await done("hangup", document["leg"], "--yes")
    said = await shell("call", "99900080001", "--ncco", ROOM % "x", "--wait", "answered")
    assert (said.code, "the call was not answered" in said.err) == (1, True)
    inbound = await done("dial-in", desk.numbers[0], "--from", "447700900555")
    found = await seen(desk, inbound["leg"])
    assert (found.direction, found.from_) == ("inbound", "447700900555")


@pytest.mark.slow
async def test_the_verbs_write_a_journal_of_their_own_each_its_own_file(desk: Desk) -> None:
    both = await asyncio.gather(
        *(
            asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "console", "--context", "sandbox", "call", number),
                *("--ncco", ROOM % "x", "--wait", "answered", "--json"),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            for number in ("447700900108", "447700900109")
        )
    )
    for process in both:
        out, err = await process.communicate()
        assert process.returncode == 0, err
        assert json.loads(out)["status"] == "answered"
    kept = sorted(journal_file("x").parent.glob("sandbox.commands*.journal"))
    assert kept
    asked = 0
    for path in kept:
        journal = open_read_only(path)
        asked += len([one async for one in journal.read() if one.kind is Kind.ACTION_ASKED])
        await journal.close()
    assert asked == 2
    own = [one async for one in desk.journal.read() if one.kind is Kind.ACTION_ASKED]
    assert own == [], "the console's journal is the console's"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("transfer", "x"), "Say where to"),
        (("transfer", "x", "room", "--url", "http://a"), "Only one script"),
        (("call", "447700900100", "--say", "a", "--url", "http://a"), "Only one script"),
        (("call", "447700900100", "--event-url", "a"), "is not an http or https URL"),
        (("say", "x"), "Missing argument"),
        (("mute",), "Missing argument"),
    ],
)
def test_what_is_typed_wrong_is_usage(words: tuple[str, ...], says: str) -> None:
    said = typed(*words)
    assert (said.code, says in said.err) == (2, True), said.err


def test_a_context_that_cannot_send_says_so(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[contexts.live]\nnumbers = []\n[contexts.sandbox]\nreadonly = true\n")
    base = ["--config", str(config), "--context"]
    result = CliRunner().invoke(cli, [*base, "live", "mute", ABSENT])
    assert result.exit_code == 2
    assert "has no application or private key" in result.stderr
    result = CliRunner().invoke(cli, [*base, "sandbox", "call", "447700900100", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["stage"] == "failed"
    assert "this context is read-only" in result.stderr


_ASKS = (("mute", "4477"), ("reconcile",), ("numbers",), ("application", "list"))
_OPENS = (("open", "--plain"), ("serve",), ("listen",))


@pytest.mark.parametrize("words", [*_ASKS, *_OPENS])
def test_of_a_context_with_nothing_set_one_sentence_is_enough(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[contexts.live]\n")
    journal = ["--journal", str(tmp_path / "j")] if words in _OPENS else []
    base = ["--config", str(config), "--context", "live"]
    said = CliRunner().invoke(cli, [*base, *words, *journal])
    assert said.exit_code == 2
    assert len(said.stderr.splitlines()) == 1, said.stderr


@pytest.mark.parametrize("words", [*_ASKS, ("open", "--plain"), ("serve",)])
def test_without_a_sandbox_one_sentence_is_enough(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICE_CONSOLE_SANDBOX_ENV", str(tmp_path / "none.env"))
    said = CliRunner().invoke(cli, [*words])
    assert said.exit_code == 2
    assert len(said.stderr.splitlines()) == 1
    assert "No sandbox is running on this machine. Start one with" in said.stderr


# --- line by line --------------------------------------------------------------------------------


@pytest.mark.slow
async def test_the_stream_tells_and_does_what_is_typed_until_its_end() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "--context", "sandbox", "--plain"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    out: list[str] = []

    async def until(part: str) -> None:
        assert process.stdout is not None
        while not out or part not in out[-1]:
            line = await process.stdout.readline()
            assert line, out
            out.append(line.decode().rstrip("\n"))

    async with asyncio.timeout(30):
        await until("SANDBOX: webhooks come to http://127.0.0.1:")
        process.stdin.write(b"call kind=conversation value=plain 447700900199\n")
        await until("447700900199: answered")
        process.stdin.write(b"mute 447700900199\nbogus\n")
        await until("mute 447700900199: proven")
        process.stdin.write(b"hangup 447700900199\n")
        await until("Type yes to do it.")
        process.stdin.write(b"yes\n")
        process.stdin.close()
        rest, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    said = "\n".join(out) + rest.decode()
    assert "\x1b" not in said
    assert "hang up 447700900199: proven" in said
    assert "not understood: there is no :bogus" in said


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
async def test_a_signal_ends_the_stream(number: signal.Signals, code: int) -> None:
    async with running("--context", "sandbox", "open", "--plain", "--readonly") as process:
        assert (await line_of(process)).startswith("SANDBOX: ")
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), 10) == code


@pytest.mark.slow
async def test_on_the_platform_what_no_event_shows_is_accepted(
    there: RealSandbox, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    lines = [
        "[contexts.live]",
        f'application_id = "{there.env["VONAGE_APPLICATION_ID"]}"',
        f'private_key = "{there.env["VONAGE_PRIVATE_KEY"]}"',
        f'api_url = "{there.env["VONAGE_API_URL"]}"',
        f'numbers = ["{there.env["VONAGE_VIRTUAL_NUMBER"]}"]',
    ]
    config.write_text("\n".join(lines), "utf-8")
    base = ("--config", str(config), "--context", "live")
    events = ("--event-url", "http://127.0.0.1:9/event")
    called = await shell(
        *base, "call", "447700900177", "--ncco", ROOM % "live", *events, "--wait", "answered"
    )
    assert called.code == 0, called.err
    leg = called.out.split()[1]
    said = await shell(*base, "mute", leg, "--json")
    assert (said.code, said.lines[0]["stage"]) == (0, "accepted")
    said = await shell(*base, "unmute", leg[:9], "--wait", "proven", "--timeout", "0.5")
    assert (said.code, "It was not proven within 0.5 s" in said.err) == (4, True)
    said = await shell(*base, "hangup", "447700900177")
    assert (said.code, "on LIVE? There is nobody to ask here" in said.err) == (2, True)
    said = await shell(*base, "hangup", "447700900177", "--yes", "--json")
    assert (said.code, said.lines[0]["stage"]) == (0, "proven")
    said = await shell(*base, "dial-in", "447700900100")
    assert (said.code, "only a sandbox" in said.err) == (1, True)
    config.write_text("\n".join([*lines[:3], 'api_url = "http://127.0.0.1:9"']), "utf-8")
    said = await shell(*base, "mute", leg)
    assert (said.code, "nothing was sent" in said.err) == (3, True)
