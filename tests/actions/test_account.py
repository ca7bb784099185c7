"""Actions on the account on the real sandbox: asked, accepted, proven, or failed with a reason."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.actions.account_requests import (
    change_lines,
    changed_args,
    check_change,
    voice_change,
    webhook_args,
)
from console.actions.outcome import Outcome, Stage
from console.actions.requests import ArgsError
from console.actions.target import Target
from console.config.context import ReceiverSettings
from console.desk import Desk, open_desk
from console.floor.fold import fold
from console.voice.applications import HOOKS
from tests.real_sandbox import RealSandbox, real_sandbox


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
async def desk(there: RealSandbox, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(there.context(), journal_path=tmp_path / "j.sqlite") as opened:
        await opened.account.read()
        yield opened


@pytest.fixture
def own(desk: Desk) -> Target:
    return Target.application(desk.context.application_id)


async def done(desk: Desk, action: str, target: Target, **args: str) -> Outcome:
    return await desk.performer.perform(action, target, args)


async def test_webhooks_are_changed_and_proven_by_a_read_back(desk: Desk, own: Target) -> None:
    outcome = await done(
        desk, "application.webhooks", own, answer="https://a.example/answer", answerread="2500"
    )
    assert (outcome.stage, outcome.reason) == (Stage.PROVEN, "")
    seen = desk.account.application(own.id)
    assert seen is not None
    assert seen.hook("answer_url").address == "https://a.example/answer"
    assert seen.hook("answer_url").socket_ms == 2500
    assert not desk.account.points_here(seen)
    outcome = await done(desk, "application.point", own)
    assert outcome.stage is Stage.PROVEN
    assert (again := desk.account.application(own.id)) is not None
    assert desk.account.points_here(again)
    reasons = desk.performer.preflight("application.point", own)
    assert reasons == ("its webhooks come to this console already",)
    records = [record async for record in desk.journal.read()]
    assert {each.stage for each in fold(records).attempts()} == {Stage.PROVEN}
    assert b"PRIVATE KEY" not in b"".join(record.raw for record in records)


async def test_two_changes_at_once_do_not_undo_each_other(desk: Desk, own: Target) -> None:
    outcomes = await asyncio.gather(
        done(desk, "application.webhooks", own, ttl="7"),
        done(desk, "application.webhooks", own, legs="7"),
        done(desk, "application.webhooks", own, region="eu-west"),
    )
    assert {outcome.stage for outcome in outcomes} == {Stage.PROVEN}
    seen = await desk.account.applications.read(own.id)
    assert (seen.ttl_hours, seen.persistence_days, seen.region) == (7, 7, "eu-west")


async def test_a_number_is_unlinked_and_linked(desk: Desk, own: Target) -> None:
    number = Target.number(desk.numbers[0])
    assert (await done(desk, "number.unlink", number)).stage is Stage.PROVEN
    reasons = desk.performer.preflight("number.unlink", number)
    assert reasons == ("this number is linked to no application",)
    outcome = await done(desk, "number.link", number, application=own.id)
    assert outcome.stage is Stage.PROVEN
    reasons = desk.performer.preflight("number.link", number, {"application": own.id})
    assert reasons == ("it is linked to this application already",)


async def test_what_does_not_exist_fails_with_the_reason(desk: Desk) -> None:
    gone = Target.application("00000000-0000-0000-0000-000000000000")
    outcome = await done(desk, "application.webhooks", gone, ttl="7")
    assert outcome.stage is Stage.FAILED
    assert "no such application" in outcome.reason
    outcome = await done(desk, "number.unlink", Target.number("447700900999"))
    assert outcome.stage is Stage.FAILED
    assert outcome.reason == "447700900999 is not a number of this account"


@pytest.mark.parametrize(
    ("action", "args", "reason"),
    [
        ("application.webhooks", {}, "nothing is changed"),
        ("application.webhooks", {"colour": "red"}, "there is no “colour” here"),
        ("application.webhooks", {"region": "moon"}, "Region is one of any, na-east"),
        ("application.webhooks", {"answerconnect": "299"}, "milliseconds from 300 to 1000"),
        ("application.webhooks", {"eventread": "10001"}, "milliseconds from 1000 to 10000"),
        ("application.webhooks", {"fallbackread": "5001"}, "milliseconds from 1000 to 5000"),
        ("application.webhooks", {"ttl": "9001"}, "hours from 1 to 9000"),
        ("application.webhooks", {"legs": "0"}, "days from 1 to 31"),
        ("application.webhooks", {"answer": "mailto:me"}, "not an http or https URL"),
        ("application.webhooks", {"signed": "yes"}, "nothing is changed"),
        ("number.link", {}, "Application is missing"),
        ("number.link", {"application": "x"}, "no application x in this account"),
        ("number.link", {"application": "x", "callback": "on"}, "one of keep, clear"),
        ("number.link", {"app": "x"}, "there is no “app” here"),
    ],
)
@pytest.mark.conforms("5.4", "the console says in words which timeouts a webhook may have")
async def test_what_cannot_be_sent_is_said_before(
    desk: Desk, own: Target, action: str, args: dict[str, str], reason: str
) -> None:
    target = own if action.startswith("application") else Target.number(desk.numbers[0])
    (said,) = desk.performer.preflight(action, target, args)
    assert reason in said


async def test_a_live_platform_cannot_reach_this_machine(
    there: RealSandbox, tmp_path: Path
) -> None:
    live = replace(there.context(), sandbox_url=None)
    own = Target.application(live.application_id)
    async with open_desk(live, journal_path=tmp_path / "live.sqlite") as desk:
        await desk.account.read()
        (said,) = desk.performer.preflight("application.point", own)
        assert "the platform cannot reach http://127.0.0.1" in said
        assert "receiver.public_url" in said
    public = replace(live, receiver=ReceiverSettings(public_url="https://tunnel.example"))
    async with open_desk(public, journal_path=tmp_path / "public.sqlite") as desk:
        await desk.account.read()
        assert desk.performer.preflight("application.point", own) == ()
        assert (await done(desk, "application.point", own)).stage is Stage.PROVEN
        seen = await desk.account.applications.read(own.id)
        assert {seen.hook(name).address.partition("/webhooks")[0] for name in HOOKS} == {
            "https://tunnel.example"
        }


async def test_only_what_was_changed_is_sent_and_shown(desk: Desk, own: Target) -> None:
    before = desk.account.application(own.id)
    assert before is not None
    form = webhook_args(before)
    assert changed_args(form, form) == {}
    after = {**form, "event": " https://e.example/events ", "signed": "no"}
    changes = changed_args(after, form)
    assert changes == {"event": "https://e.example/events", "signed": "no"}
    lines = change_lines(before, changes)
    assert [line.partition(":")[0] for line in lines] == ["Event URL", "Signed"]
    assert lines[1] == "Signed: yes → no"
    check_change(voice_change(changes), before)
    bare = replace(before, hooks={})
    with pytest.raises(ArgsError, match="Answer URL is not set"):
        check_change(voice_change({"answerread": "2000"}), bare)
