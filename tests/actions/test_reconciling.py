"""What the API says goes before what the floor had: asked for, told, and taken from the answer."""

from typing import Any

from console.actions.outcome import Stage
from console.actions.target import Target
from console.client.errors import VoiceApiError
from console.journal.record import Kind
from tests.actions.conftest import Floor, OpenFloor, SmallSandbox
from tests.client.platform import Reply, Seen


def lists_by_status(sandbox: SmallSandbox, *, page: int = 100) -> None:
    """Let the platform answer `GET /v1/calls` as documented, `page` calls at a time (3.3)."""

    def listed(seen: Seen) -> Reply | None:
        if (seen.method, seen.path) != ("GET", "/v1/calls"):
            return None
        query = {name: values[0] for name, values in seen.query.items()}
        found = [leg for leg in sandbox.legs.values() if leg["status"] == query["status"]]
        at = int(query.get("record_index", 0))
        names = ("uuid", "conversation_uuid", "status")
        calls = [{name: leg[name] for name in names} for leg in found[at * page :][:page]]
        links: dict[str, Any] = {}
        if len(found) > (at + 1) * page:
            href = f"/v1/calls?status={query['status']}&record_index={at + 1}"
            links = {"next": {"href": href}}
        return Reply(200, {"_embedded": {"calls": calls}, "_links": links})

    sandbox.instead = listed


async def test_every_call_that_is_up_is_asked_for(
    open_floor: OpenFloor, sandbox: SmallSandbox
) -> None:
    lists_by_status(sandbox, page=2)
    rooms = [sandbox.add("answered") for _ in range(5)]
    async with open_floor() as floor:
        perform, first = floor.desk.performer.perform, rooms[0]
        room = Target.conversation(sandbox.legs[first]["conversation_uuid"])
        same = await perform("reconcile", room)
        assert (same.stage, same.reason) == (Stage.PROVEN, "the same (5 legs)")
        attempt = floor.desk.store.floor.attempt(same.attempt)
        assert attempt is not None
        assert (attempt.conversation, attempt.reason) == (room.id, "the same (5 legs)")

        sandbox.legs[rooms[0]]["status"] = "completed"
        sandbox.legs[rooms[1]]["status"] = "completed"
        sandbox.legs[rooms[2]]["conversation_uuid"] = "CON-00000000-0000-0000-0000-000000000001"
        del sandbox.legs[rooms[3]]
        new = sandbox.add("ringing")
        drift = await perform("reconcile", None)
        assert drift.reason == (
            "2 legs were over, 1 unknown call found, 1 leg was in another conversation,"
            " 1 leg is not known to the API"
        )
        await floor.until(lambda: floor.leg(new) is not None)
        assert [floor.status(leg) for leg in rooms[:2]] == ["completed", "completed"]
        assert floor.status(new) == "ringing"
        (*_, done) = await floor.records(Kind.ACTION_DONE)
        assert done.meta["said"] == drift.reason
        asked = [r for r in await floor.records(Kind.REST_REQUEST) if "cause" in r.meta]
        assert {r.meta["cause"] for r in asked} == {same.attempt, drift.attempt}
        again = await perform("reconcile", None)
        assert again.reason == "1 leg is not known to the API"


async def test_one_leg_is_asked_for(floor: Floor, sandbox: SmallSandbox, leg: str) -> None:
    perform, target = floor.desk.performer.perform, Target.leg(leg)
    assert [s.path for s in floor.desk.performer.sends("reconcile", target)] == [f"/v1/calls/{leg}"]
    before = floor.status(leg)
    same = await perform("reconcile", target)
    assert (same.stage, same.reason, same.leg) == (Stage.PROVEN, f"the same ({before})", leg)
    sandbox.legs[leg]["status"] = "completed"
    other = await perform("reconcile", target)
    assert other.reason == f"{before} here, completed at the API"
    await floor.until(lambda: floor.status(leg) == "completed")
    over = await perform("reconcile", target)
    assert over.reason == "the same (completed)"


async def test_what_cannot_be_asked_fails_with_the_reason(
    floor: Floor, sandbox: SmallSandbox, leg: str
) -> None:
    perform = floor.desk.performer.perform
    sandbox.instead = lambda seen: Reply(401, {})
    refused = await perform("reconcile", Target.leg(leg))
    assert refused.stage is Stage.FAILED
    assert isinstance(refused.error, VoiceApiError)
    everything = await perform("reconcile", None)
    assert everything.stage is Stage.FAILED
    sandbox.instead = lambda seen: Reply(404, {})
    lost = await perform("reconcile", Target.leg(leg))
    assert "does not know this leg" in lost.reason
    attempt = floor.desk.store.floor.attempt(lost.attempt)
    assert attempt is not None
    assert attempt.stage is Stage.FAILED
