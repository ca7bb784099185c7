"""An action is asked, accepted and proven, or failed with a reason; on the leg it was aimed at."""

import asyncio
import json
from pathlib import Path

import pytest

from console.actions.outcome import Stage
from console.actions.target import Target
from console.client.errors import VoiceApiError
from console.journal.record import Kind
from tests.actions.conftest import CALLER, OURS, Floor, OpenFloor, SmallSandbox
from tests.client.platform import Reply, Seen

NCCO = [{"action": "talk", "text": "Hi"}]
PROVEN: list[tuple[str, dict[str, str], str, str, object]] = [
    ("leg.mute", {}, "PUT", "", {"action": "mute"}),
    ("leg.mute", {"want": "unmute"}, "PUT", "", {"action": "unmute"}),
    ("leg.earmuff", {}, "PUT", "", {"action": "earmuff"}),
    ("leg.say", {"text": "Hello"}, "PUT", "/talk", {"text": "Hello"}),
    (
        "leg.stream",
        {"url": "https://a.example/m.mp3"},
        "PUT",
        "/stream",
        {"stream_url": ["https://a.example/m.mp3"]},
    ),
    ("leg.dtmf", {"digits": "12#"}, "PUT", "/dtmf", {"digits": "12#"}),
    ("leg.pad", {"digits": "5"}, "PUT", "/dtmf", {"digits": "5"}),
    ("leg.hangup", {}, "PUT", "", {"action": "hangup"}),
    (
        "leg.transfer",
        {"value": "support-7"},
        "PUT",
        "",
        {
            "action": "transfer",
            "destination": {
                "type": "ncco",
                "ncco": [{"action": "conversation", "name": "support-7"}],
            },
        },
    ),
    (
        "leg.transfer",
        {"kind": "number", "value": "447700900003"},
        "PUT",
        "",
        {
            "action": "transfer",
            "destination": {
                "type": "ncco",
                "ncco": [
                    {
                        "action": "connect",
                        "endpoint": [{"type": "phone", "number": "447700900003"}],
                        "from": OURS,
                    }
                ],
            },
        },
    ),
    (
        "leg.transfer",
        {"kind": "ncco", "value": json.dumps(NCCO)},
        "PUT",
        "",
        {"action": "transfer", "destination": {"type": "ncco", "ncco": NCCO}},
    ),
    (
        "leg.transfer",
        {"kind": "url", "value": "https://a.example/n"},
        "PUT",
        "",
        {"action": "transfer", "destination": {"type": "ncco", "url": ["https://a.example/n"]}},
    ),
]


@pytest.mark.parametrize(("action", "args", "verb", "below", "body"), PROVEN)
async def test_an_action_is_asked_accepted_and_proven(
    action: str,
    args: dict[str, str],
    verb: str,
    below: str,
    body: object,
    floor: Floor,
    leg: str,
) -> None:
    outcome = await floor.desk.performer.perform(action, Target.leg(leg), args)
    assert (outcome.stage, outcome.reason, outcome.leg) == (Stage.PROVEN, "", leg)
    assert floor.sandbox.asked() == [(verb, f"/{leg}{below}", body)]
    (asked,) = await floor.records(Kind.ACTION_ASKED)
    assert asked.exchange == outcome.attempt
    assert (asked.leg, asked.meta["action"]) == (leg, action)
    assert asked.meta["target"] == {"kind": "leg", "id": leg}
    exchanges = await floor.records(Kind.REST_REQUEST, Kind.REST_RESPONSE)
    ours = [record for record in exchanges if record.meta.get("cause") == outcome.attempt]
    assert [record.kind for record in ours[:2]] == [Kind.REST_REQUEST, Kind.REST_RESPONSE]
    assert asked.seq < ours[0].seq, "it is written down before it is sent"
    assert ours[-1].status == "readback"
    attempt = floor.desk.store.floor.attempt(outcome.attempt)
    assert attempt is not None
    assert attempt.stage is Stage.PROVEN


async def test_a_toggle_goes_the_way_the_floor_says(floor: Floor, leg: str) -> None:
    target = Target.leg(leg)
    for action in ("leg.mute", "leg.mute", "leg.earmuff", "leg.earmuff", "leg.mute"):
        outcome = await floor.desk.performer.perform(action, target)
        assert outcome.stage is Stage.PROVEN
    sent = [body["action"] for _, _, body in floor.sandbox.asked()]
    assert sent == ["mute", "unmute", "earmuff", "unearmuff", "mute"]


async def test_stop_ends_what_runs_and_nothing_else(floor: Floor, leg: str) -> None:
    target = Target.leg(leg)
    await floor.desk.performer.perform("leg.say", target, {"text": "Hello", "loop": "0"})
    outcome = await floor.desk.performer.perform("leg.stop", target)
    assert outcome.stage is Stage.PROVEN
    assert [(verb, path) for verb, path, _ in floor.sandbox.asked()][1:] == [
        ("DELETE", f"/{leg}/talk")
    ]
    await floor.desk.performer.perform("leg.stop", target)
    assert [(verb, path) for verb, path, _ in floor.sandbox.asked()][2:] == [
        ("DELETE", f"/{leg}/talk"),
        ("DELETE", f"/{leg}/stream"),
    ]


async def test_digits_arrive_in_the_order_of_the_keys(floor: Floor, leg: str) -> None:
    performer = floor.desk.performer
    attempts = [
        performer.start("leg.pad", Target.leg(leg), {"digits": key}) for key in "123456789*0#"
    ]

    def all_proven() -> bool:
        found = [floor.desk.store.floor.attempt(attempt) for attempt in attempts]
        return all(one is not None and one.stage is Stage.PROVEN for one in found)

    await floor.until(all_proven)
    heard = [item["digits"] for item in floor.sandbox.legs[leg]["heard"]]
    assert "".join(heard) == "123456789*0#"


async def test_a_call_is_placed_and_seen(floor: Floor) -> None:
    outcome = await floor.desk.performer.perform(
        "call.create", None, {"to": CALLER, "value": "Hello"}
    )
    assert outcome.stage is Stage.PROVEN
    assert outcome.leg in floor.sandbox.legs
    (_, _, body) = floor.sandbox.asked()[0]
    assert body["ncco"] == [{"action": "talk", "text": "Hello"}]
    assert body["from"] == {"type": "phone", "number": OURS}
    (url,) = body["event_url"]
    intent = (await floor.records(Kind.REST_REQUEST))[-2].meta["intent"]
    assert url == f"{floor.desk.receiver.event_url}?i={intent}"


async def test_a_call_whose_answer_was_lost_is_found_and_shown(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    def instead(seen: Seen) -> Reply | None:
        if seen.path != "/v1/calls":
            return None
        if seen.method == "POST":
            sandbox.add("started")
            return Reply(fault="close")
        made = list(sandbox.legs.values())
        for leg in made:
            leg["to"] = {"type": "phone", "number": CALLER}
            leg["from"] = {"type": "phone", "number": OURS}
        return Reply(200, {"_embedded": {"calls": made}, "_links": {}})

    sandbox.instead = instead
    async with open_floor() as floor:
        outcome = await floor.desk.performer.perform("call.create", None, {"to": CALLER})
        assert outcome.stage is Stage.PROVEN
        assert [outcome.leg] == list(sandbox.legs)
        seen = floor.desk.store.floor.attempt(outcome.attempt)
        assert seen is not None
        assert (seen.stage, seen.leg) == (Stage.PROVEN, outcome.leg)
        assert len(sandbox.asked()) == 1


async def test_a_person_dials_in(floor: Floor) -> None:
    outcome = await floor.desk.performer.perform("call.dialin", None, {"to": OURS})
    assert outcome.stage is Stage.PROVEN
    found = floor.leg(outcome.leg or "")
    assert found is not None
    assert found.direction == "outbound", "the small sandbox makes only such"


async def test_all_legs_of_a_conversation_are_hung_up(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    legs = [sandbox.add(conversation="CON-1") for _ in range(4)]
    other = sandbox.add()
    sandbox.add("completed", conversation="CON-1")
    async with open_floor() as floor:
        outcome = await floor.desk.performer.perform("leg.hangup", Target.conversation("CON-1"))
        assert outcome.stage is Stage.PROVEN
        assert sorted(path for _, path, _ in sandbox.asked()) == sorted(f"/{x}" for x in legs)
        assert floor.status(other) == "answered"


async def test_a_conversation_is_found_from_its_leg(floor: Floor, leg: str) -> None:
    outcome = await floor.desk.performer.perform("conversation.hangup", Target.leg(leg))
    assert outcome.stage is Stage.PROVEN
    (asked,) = await floor.records(Kind.ACTION_ASKED)
    assert asked.conversation == floor.sandbox.legs[leg]["conversation_uuid"]


async def test_some_legs_that_stay_are_said(sandbox: SmallSandbox, open_floor: OpenFloor) -> None:
    stays, goes = (sandbox.add(conversation="CON-1") for _ in range(2))
    sandbox.instead = lambda seen: Reply(403, {}) if seen.path == f"/v1/calls/{stays}" else None
    async with open_floor() as floor:
        target = Target.conversation("CON-1")
        outcome = await floor.desk.performer.perform("conversation.hangup", target)
        assert outcome.stage is Stage.FAILED
        assert "1 of 2 legs were not hung up" in outcome.reason
        assert sandbox.legs[goes]["status"] == "completed"


async def test_a_leg_that_was_over_already_is_no_failure(floor: Floor, leg: str) -> None:
    floor.sandbox.legs[leg]["status"] = "completed"
    outcome = await floor.desk.performer.perform("leg.hangup", Target.leg(leg))
    assert outcome.stage is Stage.PROVEN
    assert await floor.records(Kind.ACTION_FAILED) == []


async def test_a_hangup_too_early_is_tried_again(floor: Floor, leg: str) -> None:
    early = iter([True])

    def instead(seen: Seen) -> Reply | None:
        return Reply(400, {}) if seen.method == "PUT" and next(early, False) else None

    floor.sandbox.instead = instead
    outcome = await floor.desk.performer.perform("leg.hangup", Target.leg(leg))
    assert outcome.stage is Stage.PROVEN
    assert len(floor.sandbox.asked()) == 2


@pytest.mark.parametrize(
    ("action", "args"), [("leg.mute", {}), ("leg.say", {"text": "Hi"}), ("leg.hangup", {})]
)
async def test_a_refusal_fails_with_its_reason(
    action: str, args: dict[str, str], floor: Floor, leg: str
) -> None:
    floor.sandbox.instead = lambda seen: (
        Reply(403, {"title": "Forbidden"}) if seen.method == "PUT" else None
    )
    outcome = await floor.desk.performer.perform(action, Target.leg(leg), args)
    assert outcome.stage is Stage.FAILED
    assert "may not do this" in outcome.reason
    assert isinstance(outcome.error, VoiceApiError)
    (failed,) = await floor.records(Kind.ACTION_FAILED)
    assert failed.exchange == outcome.attempt
    assert failed.meta["reason"] == outcome.reason


async def test_what_cannot_work_is_not_sent(floor: Floor, leg: str) -> None:
    performer = floor.desk.performer
    await floor.event(leg, "completed")
    target = Target.leg(leg)
    assert performer.preflight("leg.mute", target) == ("this leg is over (completed)",)
    assert performer.preflight("call.create", None, {"to": "12"})
    outcome = await performer.perform("leg.mute", target)
    assert (outcome.stage, outcome.reason) == (Stage.FAILED, "this leg is over (completed)")
    outcome = await performer.perform("call.create", None, {"to": "12"})
    assert outcome.stage is Stage.FAILED
    assert floor.sandbox.asked() == []
    with pytest.raises(ValueError, match="changes no call"):
        await performer.perform("help", None)


async def test_a_leg_nobody_heard_of_is_asked_for(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    async with open_floor() as floor:
        leg = sandbox.add()
        outcome = await floor.desk.performer.perform("leg.mute", Target.leg(leg))
        assert outcome.stage is Stage.PROVEN
        outcome = await floor.desk.performer.perform("leg.mute", Target.leg("nobody"))
        assert outcome.stage is Stage.FAILED
        assert "another region" in outcome.reason


# --- a text that waits for the answer ------------------------------------------------------------


@pytest.fixture
async def ringing(sandbox: SmallSandbox) -> str:
    return sandbox.add("ringing")


async def _waits(floor: Floor, leg: str) -> str:
    attempt = floor.desk.performer.start("leg.say", Target.leg(leg), {"text": "Hello"})
    await floor.until(lambda: floor.desk.store.floor.attempt(attempt) is not None)
    return attempt


async def test_a_text_waits_for_the_answer_and_is_said_once(
    ringing: str, open_floor: OpenFloor, sandbox: SmallSandbox
) -> None:
    async with open_floor() as floor:
        performer = floor.desk.performer
        attempt = await _waits(floor, ringing)
        (waiting,) = performer.waiting
        assert (waiting.attempt, waiting.leg, waiting.text) == (attempt, ringing, "Hello")
        assert performer.situation(Target.leg(ringing)).queued
        seen = floor.desk.store.floor.attempt(attempt)
        assert seen is not None
        assert (seen.stage, seen.args["when"]) == (Stage.ASKED, "on answer")
        assert sandbox.asked() == []
        await floor.event(ringing, "answered")

        def proven() -> bool:
            found = floor.desk.store.floor.attempt(attempt)
            return found is not None and found.stage is Stage.PROVEN

        await floor.until(proven)
        assert performer.waiting == ()
        assert len(sandbox.asked()) == 1


@pytest.mark.parametrize("how", ["cancel", "stop", "over", "close"])
async def test_a_text_that_waits_is_taken_back(
    how: str, ringing: str, open_floor: OpenFloor, sandbox: SmallSandbox
) -> None:
    async with open_floor() as floor:
        performer = floor.desk.performer
        attempt = await _waits(floor, ringing)
        match how:
            case "cancel":
                assert performer.cancel(attempt)
            case "stop":
                performer.start("leg.stop", Target.leg(ringing))
            case "over":
                await floor.event(ringing, "busy")
            case _:
                await performer.close()

        def failed() -> bool:
            found = floor.desk.store.floor.attempt(attempt)
            return found is not None and found.stage is Stage.FAILED

        await floor.until(failed)
        seen = floor.desk.store.floor.attempt(attempt)
        assert seen is not None
        assert {
            "cancel": "taken back",
            "stop": "taken back",
            "over": "the leg ended (busy)",
            "close": "the console was closed",
        }[how] in seen.reason
        assert not performer.cancel(attempt)
        assert performer.waiting == ()
        assert sandbox.asked() == []


# --- the real platform ---------------------------------------------------------------------------


async def test_on_the_platform_a_mute_stays_accepted(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    leg = sandbox.add()
    async with open_floor(sandbox_url=None) as floor:
        await floor.event(leg, "answered")
        outcome = await floor.desk.performer.perform("leg.mute", Target.leg(leg))
        assert outcome.stage is Stage.ACCEPTED
        seen = floor.desk.store.floor.attempt(outcome.attempt)
        assert seen is not None
        assert "no event" in seen.reason
        assert floor.desk.performer.preflight("call.dialin", None, {"to": OURS})


async def test_on_the_platform_a_hangup_is_asked_for_when_no_event_comes(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    leg = sandbox.add()
    async with open_floor(sandbox_url=None) as floor:
        await floor.event(leg, "answered")
        started = asyncio.get_running_loop().time()
        outcome = await floor.desk.performer.perform("leg.hangup", Target.leg(leg))
        assert outcome.stage is Stage.PROVEN
        assert asyncio.get_running_loop().time() - started >= 1.9
        assert sandbox.there is not None
        assert sandbox.there.seen[-1].method == "GET"


async def test_no_key_no_request(sandbox: SmallSandbox, open_floor: OpenFloor) -> None:
    async with open_floor(sandbox_url=None, private_key=None) as floor:
        outcome = await floor.desk.performer.perform("call.create", None, {"to": CALLER})
        assert outcome.stage is Stage.FAILED
        assert "private key" in outcome.reason
        assert sandbox.there is not None
        assert sandbox.there.seen == []


async def test_an_ncco_file_that_is_wrong_is_said_before_anything_is_sent(
    floor: Floor, leg: str, tmp_path: Path
) -> None:
    args = {"kind": "ncco", "value": str(tmp_path / "none.json")}
    (reason,) = floor.desk.performer.preflight("leg.transfer", Target.leg(leg), args)
    assert "cannot be read" in reason
