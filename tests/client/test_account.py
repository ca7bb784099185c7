"""Applications and numbers, asked of the real sandbox (10.3, 10.4)."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from console.client.applications import Applications, VoiceWebhooks
from console.client.errors import AccountApiError, VoiceApiError
from console.client.hosts import applications_base, numbers_base
from console.client.numbers import Numbers
from console.client.voice_client import VoiceClient
from console.clock import SystemClock
from console.config.context import Context
from console.http import AsyncClient
from console.journal.sqlite import SqliteJournal
from console.secret import Secret
from console.voice.applications import HookChange, VoiceChange, differs
from tests.client.conftest import MakeContext
from tests.real_sandbox import RealSandbox, real_sandbox


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
async def journal_of_this_clock(tmp_path: Path) -> AsyncIterator[SqliteJournal]:
    opened = SqliteJournal.open(
        tmp_path / "account.sqlite", clock=SystemClock(), context="t", version="0"
    )
    yield opened
    await opened.close()


@pytest.fixture
async def client(
    there: RealSandbox, journal_of_this_clock: SqliteJournal
) -> AsyncIterator[VoiceClient]:
    made = VoiceClient(there.context(), journal_of_this_clock, clock=SystemClock())
    yield made
    await made.close()


async def make(there: RealSandbox, name: str) -> str:
    """An application besides the sandbox's own, made as a person makes it elsewhere."""
    auth = (there.env["VONAGE_API_KEY"], there.env["VONAGE_API_SECRET"])
    body = {
        "name": name,
        "capabilities": {
            "messages": {"webhooks": {"inbound_url": {"address": "https://m.example/in"}}},
            "voice": {
                "webhooks": {
                    "answer_url": {
                        "address": "https://old.example/answer",
                        "http_method": "POST",
                        "connect_timeout": 500,
                        "socket_timeout": 3000,
                    }
                },
                "region": "eu-west",
            },
        },
    }
    async with AsyncClient(trust_env=False, verify=False, auth=auth) as http:
        answer = await http.post(f"{there.url}/v2/applications", json=body)
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def buy(there: RealSandbox, country: str, msisdn: str) -> None:
    auth = (there.env["VONAGE_API_KEY"], there.env["VONAGE_API_SECRET"])
    async with AsyncClient(trust_env=False, verify=False, auth=auth) as http:
        form = {"country": country, "msisdn": msisdn}
        answer = await http.post(f"{there.url}/number/buy", data=form)
    assert answer.status_code in (200, 420)


async def test_every_application_is_read(there: RealSandbox, client: VoiceClient) -> None:
    made = {await make(there, f"more {number}") for number in range(3)}
    found = {each.id: each for each in await Applications(client.wire).every()}
    assert made | {client.context.application_id} <= set(found)
    one = found[min(made)]
    assert (one.voice, one.others, one.region, one.signed) == (True, ("messages",), "eu-west", True)
    assert one.hook("answer_url").address == "https://old.example/answer"
    assert one.hook("answer_url").connect_ms == 500
    assert one.hook("event_url").address == ""
    assert "private_key" not in one.wire["keys"]


async def test_a_change_leaves_everything_else(there: RealSandbox, client: VoiceClient) -> None:
    applications = Applications(client.wire)
    id_ = await make(there, "changed")
    before = await applications.read(id_)
    change = VoiceChange(
        hooks={
            "answer_url": HookChange(socket_ms=1500),
            "event_url": HookChange(address="https://new.example/event"),
        },
        signed=False,
        ttl_hours=12,
        region="",
    )
    assert set(differs(before, change)) == {
        "answer_url.socket_timeout",
        "event_url.address",
        "signed_callbacks",
        "conversations_ttl",
        "region",
    }
    assert await applications.change(change, id_) == before
    after = await applications.read(id_)
    assert differs(after, change) == ()
    assert after.wire["keys"] == before.wire["keys"]
    assert after.wire["capabilities"]["messages"] == before.wire["capabilities"]["messages"]
    assert after.hook("answer_url").address == "https://old.example/answer"
    assert (after.hook("answer_url").connect_ms, after.hook("answer_url").method) == (500, "POST")
    assert after.hook("event_url").method == "POST"
    assert (after.region, after.ttl_hours, after.signed) == (None, 12, False)
    gone = VoiceChange(hooks={"answer_url": HookChange(address="")})
    await applications.change(gone, id_)
    assert differs(await applications.read(id_), gone) == ()


async def test_what_is_out_of_range_is_refused_by_its_path(
    there: RealSandbox, client: VoiceClient
) -> None:
    id_ = await make(there, "refused")
    change = VoiceChange(hooks={"answer_url": HookChange(connect_ms=10)})
    with pytest.raises(AccountApiError, match="connect_timeout") as refused:
        await Applications(client.wire).change(change, id_)
    assert refused.value.status == 400
    assert client.wire.trouble is None


async def test_another_accounts_application_is_not_found(client: VoiceClient) -> None:
    with pytest.raises(VoiceApiError, match="no such application"):
        await Applications(client.wire).read("00000000-0000-0000-0000-000000000000")


async def test_numbers_are_read_linked_and_unlinked(
    there: RealSandbox, client: VoiceClient
) -> None:
    numbers = Numbers(client.wire)
    await buy(there, "GB", "442079460123")
    app = await make(there, "with a number")
    found = {each.msisdn: each for each in await numbers.every()}
    assert there.env["VONAGE_VIRTUAL_NUMBER"] in found
    number = found["442079460123"]
    assert (number.country, number.type, number.features) == ("GB", "landline", ("VOICE",))
    await numbers.link(number, app)
    linked = await numbers.read(number.msisdn)
    assert linked is not None
    assert linked.app_id == app
    await numbers.link(linked, "")
    unlinked = await numbers.read(number.msisdn)
    assert unlinked is not None
    assert unlinked.app_id == ""
    assert await numbers.read("442079460999") is None


async def test_a_forwarding_is_kept_or_taken_away(there: RealSandbox, client: VoiceClient) -> None:
    numbers = Numbers(client.wire)
    await buy(there, "GB", "442079460124")
    auth = (there.env["VONAGE_API_KEY"], there.env["VONAGE_API_SECRET"])
    async with AsyncClient(trust_env=False, verify=False, auth=auth) as http:
        form = {"country": "GB", "msisdn": "442079460124", "voiceCallbackType": "tel"}
        form |= {"voiceCallbackValue": "447700900123", "moHttpUrl": "https://m.example/in"}
        await http.post(f"{there.url}/number/update", data=form)
    number = await numbers.read("442079460124")
    assert number is not None
    assert number.forwards
    app = there.env["VONAGE_APPLICATION_ID"]
    await numbers.link(number, app)
    kept = await numbers.read("442079460124")
    assert kept is not None
    assert (kept.callback_type, kept.callback_value) == ("tel", "447700900123")
    await numbers.link(kept, app, clear_callback=True)
    cleared = await numbers.read("442079460124")
    assert cleared is not None
    assert (cleared.app_id, cleared.forwards) == (app, False)
    assert cleared.wire["moHttpUrl"] == "https://m.example/in"


async def test_a_number_that_is_not_ours_is_refused_in_the_apis_words(
    client: VoiceClient,
) -> None:
    numbers = Numbers(client.wire)
    number = next(iter(await numbers.every()))
    with pytest.raises(AccountApiError, match=r"420.*application cannot be found"):
        await numbers.link(number, "00000000-0000-0000-0000-000000000000")


async def test_wrong_credentials_are_told_and_are_no_trouble_of_the_voice_api(
    there: RealSandbox, journal_of_this_clock: SqliteJournal
) -> None:
    context = there.context(api_secret=Secret("another"))
    wrong = VoiceClient(context, journal_of_this_clock, clock=SystemClock())
    for ask in (Applications(wrong.wire).every(), Numbers(wrong.wire).every()):
        with pytest.raises(AccountApiError, match="api_key and api_secret") as refused:
            await ask
        assert refused.value.status == 401
    assert wrong.wire.trouble is None
    await wrong.close()


async def test_every_exchange_is_in_the_journal_without_a_secret(
    there: RealSandbox, client: VoiceClient, journal_of_this_clock: SqliteJournal
) -> None:
    await Applications(client.wire).point(VoiceWebhooks(answer_url="http://127.0.0.1:1/a"))
    await Numbers(client.wire).every(cause="attempt")
    records = [record async for record in journal_of_this_clock.read()]
    asked = [record for record in records if record.kind.value == "rest.request"]
    assert [record.meta["method"] for record in asked] == ["GET", "PUT", "GET"]
    assert asked[-1].meta["cause"] == "attempt"
    written = b"".join(record.raw + str(record.meta).encode() for record in records)
    assert there.env["VONAGE_API_SECRET"].encode() not in written
    assert b"PRIVATE KEY" not in written


@pytest.mark.parametrize("api_url", ["https://api.nexmo.com", "https://api-eu.vonage.com"])
@pytest.mark.conforms("2.1", "the account's APIs have hosts of their own, whatever the region")
def test_the_accounts_own_hosts(make_context: MakeContext, api_url: str) -> None:
    live: Context = make_context(api_url, sandbox_url=None)
    assert applications_base(live) == "https://api.nexmo.com"
    assert numbers_base(live) == "https://rest.nexmo.com"
    mine = make_context("https://127.0.0.1:8821", sandbox_url="http://127.0.0.1:8820")
    assert applications_base(mine) == numbers_base(mine) == "https://127.0.0.1:8821"
