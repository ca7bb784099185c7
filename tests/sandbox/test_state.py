import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from console.sandbox.engine.state import NO_PLAN, Leg, Named, Sounded
from console.sandbox.env import env_text, write_env_file
from console.sandbox.errors import SandboxError
from console.sandbox.runtime import Owner
from console.sandbox.saved_calls import SavedCalls, SavedNames
from console.sandbox.server import Sandbox
from console.sandbox.state import StateFolder
from console.voice.endpoints import Endpoint, Phone, Sip
from console.voice.statuses import Status
from tests.sandbox.given import (
    FREE,
    Caller,
    CustomerServer,
    connected,
    customer_server,
    running,
)


@pytest.mark.conforms("A", "state: ended legs, recordings and applications survive a restart")
async def test_what_was_there_is_there_after_a_start(tmp_path: Path) -> None:
    settings = replace(FREE, state=tmp_path / "state")
    async with connected(settings) as (caller, app):
        first = caller.env
        app.ncco = [
            {"action": "record", "format": "mp3", "endOnKey": "#"},
            {"action": "talk", "text": "x"},
        ]
        leg = await caller.dial_in()
        await app.status("answered", leg)
        await caller.control("POST", f"/calls/{leg}/far-end", {"action": "say", "text": "Hello"})
        await caller.control("POST", f"/calls/{leg}/far-end", {"action": "dtmf", "digits": "1#"})
        await app.status("completed", leg)
        call = (await caller.api("GET", f"/v1/calls/{leg}")).json()
        file = next(got.fields for got in app.received if b"recording_url" in got.body)
        made = (await caller.account("POST", "/v2/applications", {"name": "Second"})).json()
    async with customer_server() as app, running(settings) as caller:
        for name in (
            "VONAGE_APPLICATION_ID",
            "VONAGE_API_KEY",
            "VONAGE_API_SECRET",
            "VONAGE_SIGNATURE_SECRET",
            "VONAGE_PRIVATE_KEY",
            "VONAGE_VIRTUAL_NUMBER",
            "SANDBOX_CA_CERT",
        ):
            assert caller.env[name] == first[name]
        assert (await caller.api("GET", f"/v1/calls/{leg}")).json() == call
        found = await caller.leg(leg)
        assert (found["said"], found["pressed"]) == (["Hello"], "1#")
        path = f"/v1/files/{file['recording_url'].rpartition('/')[2]}"
        sound = await caller.api("GET", path)
        assert sound.headers["content-type"] == "audio/mpeg"
        assert len(sound.content) == file["size"]
        page = (await caller.account("GET", "/v2/applications")).json()
        assert [one["name"] for one in page["_embedded"]["applications"]][1:] == ["Second"]
        assert page["_embedded"]["applications"][1]["id"] == made["id"]
        # The same seed must not give new calls the ids of the old ones.
        await caller.point(app)
        assert await caller.dial_in() != leg
        await caller.control("POST", "/reset")
    async with running(settings) as caller:
        assert (await caller.api("GET", f"/v1/calls/{leg}")).status_code == 404


ROOM = [{"action": "conversation", "name": "desk"}]


async def enter(caller: Caller, app: CustomerServer) -> str:
    """Let someone into the room and return its id."""
    leg = await caller.dial_in()
    await app.wait_for(
        lambda received: any(
            b'"conversation_uuid_to"' in got.body and leg.encode() in got.body for got in received
        )
    )
    return str((await caller.leg(leg))["conversation_uuid"])


@pytest.mark.conforms("A", "state: names of conversations survive a restart")
@pytest.mark.conforms("6.4", "a name leads to the same id for conversations_ttl, restarts included")
async def test_a_name_leads_to_the_same_conversation_after_a_start(tmp_path: Path) -> None:
    settings = replace(FREE, state=tmp_path / "state")
    async with connected(settings) as (caller, app):
        app.ncco = ROOM
        room = await enter(caller, app)
        app.ncco = [{"action": "conversation", "name": "other"}]
        other = await enter(caller, app)
        assert room != other
    async with connected(settings) as (caller, app):
        app.ncco = ROOM
        assert await enter(caller, app) == room
        await caller.control("POST", "/reset")
        assert (await enter(caller, app)) != room
    saved = SavedNames(tmp_path / "state" / "names.jsonl")
    ((owner, names),) = saved.load().items()
    hours = (names["desk"].expires_ms - time.time() * 1000) / 3_600_000
    assert 47 < hours <= 48
    # Names whose time is over, and those of applications that are gone, are not kept.
    over = {"desk": Named(names["desk"].id, 1)}
    saved.replace({owner: over, Owner("gone", owner.region): names})
    async with running(settings) as caller:
        assert caller.sandbox.runtime.engine(owner).names() == {}
    assert saved.load() == {}


def test_kept_names_come_back_as_they_were(tmp_path: Path) -> None:
    saved = SavedNames(tmp_path / "names.jsonl")
    assert saved.load() == {}
    owner = Owner("app", "eu-west")
    saved.append(owner, {"a": Named("CON-1", 1), "b": Named("CON-2", 2)})
    with (tmp_path / "names.jsonl").open("ab") as torn:
        torn.write(b'{"application": "app", "name"\n')
    saved.append(owner, {"a": Named("CON-3", 3)})
    assert saved.load() == {owner: {"a": Named("CON-3", 3), "b": Named("CON-2", 2)}}


async def test_without_a_folder_nothing_is_left() -> None:
    async with running() as caller:
        folder = Path(caller.env["VONAGE_PRIVATE_KEY"]).parent
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


async def test_a_start_that_fails_lets_go_of_its_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late in the start as well: what it holds by then is let go of."""
    held: list[socket.socket] = []

    def refuse(_folder: Path, _host: str, _now: object) -> None:
        held.extend(one.plain for one in sandbox._opened)
        raise SandboxError("no certificate")

    monkeypatch.setattr("console.sandbox.tls.prepare", refuse)
    sandbox = Sandbox(replace(FREE, state=tmp_path))
    with pytest.raises(SandboxError, match="no certificate"):
        await sandbox.start()
    assert [one.fileno() for one in held] == [-1]


async def test_one_folder_serves_one_sandbox(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    with pytest.raises(SandboxError, match="Another sandbox uses"):
        await Sandbox(replace(FREE, state=tmp_path)).start()
    folder.close()
    async with running(replace(FREE, state=tmp_path)):
        pass


async def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "sandbox.json").write_text("{")
    with pytest.raises(SandboxError, match=r"sandbox\.json cannot be read"):
        await Sandbox(replace(FREE, state=tmp_path)).start()
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="--state"):
        await Sandbox(replace(FREE, state=tmp_path / "file")).start()
    with pytest.raises(SandboxError, match="--env-file"):
        await Sandbox(replace(FREE, env_file=tmp_path / "file" / "env")).start()
    async with running() as caller:
        port = int(caller.sandbox.url.rpartition(":")[2])
        with pytest.raises(SandboxError, match="--port"):
            await Sandbox(replace(FREE, port=port)).start()
        with pytest.raises(SandboxError, match="--tls-port"):
            await Sandbox(replace(FREE, tls_port=port)).start()


def test_secrets_in_the_folder_are_the_owners(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.load()
    folder.close()
    for name in ("sandbox.json", "private.key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_the_environment_file_is_what_a_shell_reads(tmp_path: Path) -> None:
    assert env_text({"A": "1", "B": "it's"}) == "A='1'\nB='it'\\''s'\n"
    file = tmp_path / "new" / "sandbox.env"
    write_env_file(file, {"A": "1"})
    write_env_file(file, {"A": "2"})
    assert file.read_text() == "A='2'\n"
    assert file.stat().st_mode & 0o777 == 0o600


def test_kept_legs_come_back_as_they_were(tmp_path: Path) -> None:
    callers: list[Endpoint] = [
        Phone("anonymous"),
        Phone(""),
        Sip(uri="sip:a@example.com", headers={"A": "b"}),
    ]
    legs = [
        Leg(
            uuid=f"leg-{number}",
            conversation="CON-1",
            direction="inbound",
            from_=caller,
            to=Phone("442079460000"),
            created_ms=1,
            events=None,
            plan=NO_PLAN,
            status=Status.COMPLETED,
            answered_ms=2,
            ended_ms=3,
            heard=[Sounded("talk", "Hi", 2)],
            said=["a"],
            pressed="1",
        )
        for number, caller in enumerate(callers)
    ]
    file = tmp_path / "calls.jsonl"
    saved = SavedCalls(file)
    assert saved.load() == {}
    owner = Owner("app", "eu-west")
    saved.append(owner, legs)
    with file.open("ab") as torn:
        torn.write(b'{"application": "app", "uuid"')
    assert saved.load() == {owner: legs}
    saved.replace({owner: legs[:1]})
    assert saved.load() == {owner: legs[:1]}
