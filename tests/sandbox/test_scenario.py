import asyncio
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from console.sandbox.errors import SandboxError
from console.sandbox.scenario import (
    ScenarioError,
    load_scenario,
    parse_scenario,
    shipped_scenarios,
)
from console.sandbox.step_values import BadStep, parse_seconds
from console.sandbox.steps import parse_steps
from console.voice.ncco import parse_ncco
from tests.sandbox.given import FREE, VIRTUAL, Caller, CustomerServer, Received, connected

SMALL = """
title = "Small"
numbers = ["442079460019"]
[[caller]]
name = "Ann"
from = "447700900101"
to = "442079460019"
at = 1
again = [10, 10]
steps = [{ wait = 1 }, { dtmf = "12" }, { say = "Hi" }, { wait = 2 }, { hangup = true }]
[[dial]]
name = "Bob"
to = "447700900102"
from = "442079460000"
ncco = [{ action = "wait", timeout = 100 }]
options = { ringing_timer = 20 }
steps = [
  { wait = 1 }, { talk = "Hello" }, { send_dtmf = "9" },
  { transfer = [{ action = "conversation", name = "room" }] }, { mute = true },
  { wait = 5 }, { end = true },
]
[[far_end]]
number = "447700900102"
after = 2
steps = [{ say = "Bob speaking" }]
"""


def routes() -> dict[str, Any]:
    text = resources.files("console.sandbox.scenarios").joinpath("demo-routes.toml").read_text()
    return {route["number"]: route["ncco"] for route in tomllib.loads(text)["routes"]}


def demo_app(app: CustomerServer) -> None:
    """Answer inbound calls as the receiver of the demo does."""
    table = routes()

    async def answer(got: Received) -> Response | None:
        return JSONResponse(table[got.fields["to"]]) if got.path == "/answer" else None

    app.reply = answer


async def test_callers_and_dials_go_through_their_steps() -> None:
    settings = replace(VIRTUAL, scenario=parse_scenario(SMALL))
    async with connected(settings) as (caller, app):
        await caller.advance(6)
        muted = [
            leg["to"]
            for leg in (await caller.control("GET", "/calls")).json()["calls"]
            if leg["muted"]
        ]
        assert muted == ["447700900102"]
        await caller.advance(5)
        legs = {leg["to"]: leg for leg in (await caller.control("GET", "/calls")).json()["calls"]}
        ann, bob = legs["442079460019"], legs["447700900102"]
        assert (ann["pressed"], ann["said"], ann["status"]) == ("12", ["Hi"], "completed")
        assert bob["said"] == ["Bob speaking"]
        assert [item["kind"] for item in bob["heard"]] == ["talk", "dtmf"]
        assert bob["status"] == "completed"
        assert app.events(type="transfer", uuid=bob["uuid"])
        assert app.events(uuid=bob["uuid"], status="completed")[0]["disconnected_by"] == "platform"
        # Ann calls again ten seconds after her call, Bob was called once.
        await caller.advance(12)
        calls = (await caller.control("GET", "/calls")).json()["calls"]
        assert [leg["from"] for leg in calls].count("447700900101") == 2
        assert [leg["to"] for leg in calls].count("447700900102") == 1
        idle = await caller.control("POST", "/clock", {"until": "idle"})
        assert idle.json()["field"] == "until"


async def test_nothing_begins_before_the_application_has_its_urls() -> None:
    async with connected(replace(VIRTUAL, scenario=parse_scenario(SMALL))) as (caller, app):
        assert (await caller.control("GET", "")).json()["scenario"]["begun"] is True
        assert "442079460019" in (await caller.control("GET", "")).json()["numbers"]
        await caller.control("POST", "/reset")
        await caller.advance(40)
        assert app.events(status="answered")


async def demo(seed: int, seconds: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    scenario = load_scenario("demo")
    async with connected(replace(VIRTUAL, seed=seed, scenario=scenario)) as (caller, app):
        demo_app(app)
        samples: list[dict[str, Any]] = []
        calls: list[dict[str, Any]] = []
        for _ in range(seconds // 5):
            await caller.advance(5)
            live = (await caller.control("GET", "")).json()["live"]
            calls = (await caller.control("GET", "/calls")).json()["calls"]
            samples.append(live | {"names": {leg["conversation_name"] for leg in calls}})
        assert not app.events(reason="Syntax error in NCCO")
        return samples, calls


async def test_the_demo_has_a_live_floor_from_its_first_seconds() -> None:
    samples, calls = await demo(1, 120)
    assert samples[0]["legs"] >= 6
    assert all(sample["conversations"] >= 4 for sample in samples)
    assert sum(5 <= sample["conversations"] <= 9 for sample in samples) >= len(samples) * 0.8
    callers = {leg["from"] for leg in calls if leg["direction"] == "inbound"}
    assert len(callers) >= 8
    assert {leg["status"] for leg in calls} >= {"completed", "busy", "answered", "timeout"}
    names = set().union(*(sample["names"] for sample in samples))
    assert names >= {"stand-up", "support-queue", "desk-anna"}
    assert any(leg["pressed"] == "1" for leg in calls)
    assert any(leg["said"] for leg in calls)
    assert len({leg["uuid"] for leg in calls}) == len(calls)


async def test_the_demo_fills_a_floor_within_five_real_seconds() -> None:
    async with connected(replace(FREE, rate_limits=True, scenario=load_scenario("demo"))) as pair:
        caller, app = pair
        demo_app(app)
        await app.wait_for(
            lambda _received: len({event["uuid"] for event in app.events(status="ringing")}) >= 6
        )
        async with asyncio.timeout(5):
            assert await six_legs(caller)


async def six_legs(caller: Caller) -> bool:
    live = (await caller.control("GET", "")).json()["live"]
    return bool(live["legs"] >= 6)


def test_every_number_of_the_demo_has_a_route() -> None:
    scenario = load_scenario("demo")
    table = routes()
    assert set(table) >= {*scenario.numbers, "442079460000", "442079460001"}
    for ncco in table.values():
        assert parse_ncco(ncco)
    assert len(scenario.stories) >= 8
    assert "demo" in shipped_scenarios()
    assert "demo-routes" not in shipped_scenarios()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = [", "Invalid"),
        ("nonsense = 1", "nonsense"),
        ('numbers = ["12"]', "numbers"),
        ('[[caller]]\nname = "A"\nfrom = "1"\nto = "x"', "caller 'A': to"),
        ('[[caller]]\nname = "A"\nfrom = "1"', "to"),
        ('[[caller]]\nname = "A"\nfrom = "1"\nto = "442079460000"\nat = -1', "at"),
        (
            '[[caller]]\nname = "A"\nfrom = "1"\nto = "442079460000"\nendpoint = { type = "x" }',
            "endpoint.type",
        ),
        (
            '[[caller]]\nname = "A"\nfrom = "1"\nto = "442079460000"\nsteps = [{ fly = 1 }]',
            "steps",
        ),
        ('[[dial]]\nname = "B"\nto = "1"\nfrom = "1"\nncco = [{ action = "x" }]', "ncco"),
        ('[[far_end]]\nnumber = "1"\nbehaviour = "x"', "behaviour"),
        ("[[far_end]]\nafter = 1", "number"),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, why: str) -> None:
    with pytest.raises(ScenarioError, match=why):
        parse_scenario(text)


def test_a_scenario_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="demo"):
        load_scenario(str(tmp_path / "none.toml"))
    file = tmp_path / "mine.toml"
    file.write_text(SMALL)
    assert load_scenario(str(file)).name == "mine"
    file.write_text("nonsense = 1")
    with pytest.raises(SandboxError, match="nonsense"):
        load_scenario(str(file))


@pytest.mark.parametrize(
    "step",
    [
        5,
        {},
        {"wait": 1, "say": "x"},
        {"wait": "long"},
        {"wait": [2, 1]},
        {"wait": True},
        {"say": ""},
        {"say": 1},
        {"dtmf": "abc"},
        {"send_dtmf": ""},
        {"hangup": False},
        {"mute": 1},
        {"transfer": [{"action": "x"}]},
        {"transfer": {}},
    ],
)
def test_steps_that_are_none(step: object) -> None:
    with pytest.raises(BadStep, match=r"steps\[0\]"):
        parse_steps([step])


def test_a_span_is_drawn_by_the_seed() -> None:
    span = parse_seconds([1, 2], "wait")
    drawn = [span.draw_ms(Random(5)) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert 1000 <= drawn[0] <= 2000
    assert parse_seconds(3, "wait").draw_ms(Random()) == 3000
