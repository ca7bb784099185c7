"""The toggle of a subscription to keys: which way it goes, and where the keys are posted."""

import pytest

from console.actions.command import parse_command
from console.actions.outcome import Stage
from console.actions.requests import ArgsError, Surroundings
from console.actions.subscribing import wish
from console.actions.target import Target
from tests.actions.conftest import Floor, OpenFloor, SmallSandbox

HOOKS = "http://127.0.0.1:4000/webhooks"
HERE, NOWHERE = Surroundings(webhooks=HOOKS), Surroundings()
APP = "https://app.example.com/keys"


def test_which_way_it_goes() -> None:
    on = wish({}, HERE, subscribed=False)
    assert (on.posted_to("a1"), on.args) == (f"{HOOKS}/input?sub=a1", {"want": "subscribe"})
    off = wish({}, HERE, subscribed=True)
    assert (off.url, off.args) == (None, {"want": "unsubscribe"})
    assert wish({"want": "subscribe"}, HERE, subscribed=True).url == f"{HOOKS}/input"
    assert wish({"want": "unsubscribe"}, NOWHERE, subscribed=False).url is None


def test_a_url_that_is_typed_replaces_the_one_before() -> None:
    theirs = wish({"url": APP}, HERE, subscribed=True)
    assert (theirs.posted_to("a1"), theirs.ours) == (APP, False)
    assert theirs.args == {"want": "subscribe", "url": APP}
    ours = wish({"url": f"{HOOKS}/input?block=24"}, HERE, subscribed=False)
    assert ours.posted_to("a1") == f"{HOOKS}/input?block=24&sub=a1"
    assert wish({"url": APP}, NOWHERE, subscribed=False).url == APP


@pytest.mark.parametrize(
    ("args", "around", "reason"),
    [
        ({}, NOWHERE, "type where the keys go: :subscribe https://"),
        ({"url": "app.example.com"}, HERE, "is not an http or https URL"),
        ({"want": "unsubscribe", "url": APP}, HERE, "takes no URL"),
        ({"want": "both"}, HERE, "one of toggle, subscribe, unsubscribe"),
    ],
)
def test_what_cannot_be_sent(args: dict[str, str], around: Surroundings, reason: str) -> None:
    with pytest.raises(ArgsError, match=reason):
        wish(args, around, subscribed=False)


def test_it_is_typed() -> None:
    assert parse_command(":subscribe").args == {}
    assert parse_command(f":subscribe {APP}").args == {"url": APP}
    assert parse_command(":unsubscribe").args == {"want": "unsubscribe"}
    assert parse_command(":unsubscribe").action.id == "leg.digits"


async def test_it_is_proven_by_a_read_back_and_toggled_back(floor: Floor, leg: str) -> None:
    perform, target = floor.desk.performer.perform, Target.leg(leg)
    url = floor.desk.receiver.input_url
    first = await perform("leg.digits", target)
    assert first.stage is Stage.PROVEN
    shown = floor.leg(leg)
    assert shown is not None
    assert shown.digits.url == f"{url}?sub={first.attempt}"
    second = await perform("leg.digits", target)
    assert second.stage is Stage.PROVEN
    assert floor.sandbox.asked() == [
        ("PUT", f"/{leg}/input/dtmf", {"event_url": [f"{url}?sub={first.attempt}"]}),
        ("DELETE", f"/{leg}/input/dtmf", None),
    ]


async def test_on_the_platform_the_first_key_proves_it(
    open_floor: OpenFloor, sandbox: SmallSandbox
) -> None:
    uuid = sandbox.add()
    async with open_floor(sandbox_url=None) as floor:
        await floor.event(uuid, "answered")
        outcome = await floor.desk.performer.perform("leg.digits", Target.leg(uuid))
        assert outcome.stage is Stage.ACCEPTED
        ((_, _, body),) = sandbox.asked()
        key = {"uuid": uuid, "dtmf": {"digits": "7", "timed_out": False}}
        await floor.post(body["event_url"][0], key)
        attempt = outcome.attempt
        await floor.until(lambda: floor.desk.store.floor.attempt(attempt).stage is Stage.PROVEN)
        found = floor.leg(uuid)
        assert [(heard.digits, heard.by_subscription) for heard in found.heard] == [("7", True)]
