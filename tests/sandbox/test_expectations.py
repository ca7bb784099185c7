"""What a scenario file may expect, and how a run holds it against what happened."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from console.audio.beep import beep
from console.audio.wav import wav_header
from console.sandbox.answers import parse_answer
from console.sandbox.expectations import parse_expectations, parse_webhooks
from console.sandbox.judging import Row
from console.sandbox.rehearsal import RunSettings, Verdict, rehearse
from console.sandbox.scenario import ScenarioError, parse_scenario
from console.sandbox.step_values import BadStep
from console.sandbox.steps import parse_steps

MENU = """
[[answer]]
number = "442079460000"
ncco = [
  { action = "talk", text = "For sales, press one. For support, press two.", bargeIn = true },
  { action = "input", type = ["dtmf"], dtmf = { maxDigits = 1 }, eventUrl = ["{app}/menu"] },
]
[[answer]]
path = "/menu"
digits = "1"
ncco = [{ action = "talk", text = "Sales. Goodbye." }]
[[answer]]
path = "/menu"
digits = ""
ncco = [{ action = "talk", text = "You pressed nothing." }]
"""


def caller(steps: str, expect: str = "", name: str = "Ann", more: str = "") -> str:
    return f"""
[[caller]]
name = "{name}"
from = "447700900101"
to = "442079460000"
steps = [{steps}]
expect = [{expect}]
{more}
"""


async def run(text: str, folder: Path | None = None, **more: Any) -> Verdict:
    scenario = parse_scenario(text, "made", folder)
    return await rehearse(RunSettings(scenario=scenario, voice="tones", **more))


def failed(verdict: Verdict) -> Mapping[str, Row]:
    return {row.what: row for row in verdict.rows if not row.ok}


async def test_each_expectation_that_is_not_met_says_what_was_seen_where_and_when() -> None:
    expect = """
  { status = "busy" }, { duration = [60, 70] }, { ended_by = "user" }, { legs = 2 },
  { recording = true }, { digits = "2" }, { speech = "sales" }, { heard = ["robot", "human"] },
  { not_heard = "goodbye" }, { silence = 0.1 }, { price = 5 }, { calls = 2 },
  { webhooks = { status = "answered" }, count = 2 }, { order = ["completed", "ringing"] },
  { webhooks = { kind = "answer" }, answered_with = 500 },
  { webhooks = { kind = "input" }, answered_within = 0 }, { webhooks = { status = "machine" } },
"""
    text = MENU + caller('{ listen = { phrase = "press one" } }, { press = "1" }', expect)
    verdict = await run(text + '\n[[expect]]\nof = "Ann"\ncount = 0\n')
    found = failed(verdict)
    assert {what: row.seen for what, row in found.items() if "within" not in what} == {
        "status: busy": "completed",
        "duration: 60 to 70": found["duration: 60 to 70"].seen,
        "ended by: user": "platform",
        "legs: 2": "1",
        "recording: there": "0 to download",
        'digits: "2"': "1",
        'speech: "sales"': '""',
        'heard: "robot" or "human"': (
            '"For sales, press one. For support, press two."; "Sales. Goodbye."'
        ),
        'not heard: "goodbye"': '"goodbye" was heard',
        "silence: at most 0.1 s": found["silence: at most 0.1 s"].seen,
        "price: 5": found["price: 5"].seen,
        "calls: 2": "1",
        "webhooks (status answered): 2": "1",
        "webhooks: completed, ringing in this order": ("started, ringing, answered, completed"),
        "webhooks (kind answer): answered with 500": "200 for answer",
        "webhooks (status machine): at least 1": "0",
        "webhooks: 0": found["webhooks: 0"].seen,
    }
    late = found["webhooks (kind input): answered within 0 s"]
    assert late.seen.endswith(" s for input")
    lines = text.split("\n")
    assert 'status = "busy"' in lines[found["status: busy"].line - 1]
    assert "recording = true" in lines[found["recording: there"].line - 1]
    assert 0 < found['not heard: "goodbye"'].at_ms <= found["status: busy"].at_ms


async def test_what_was_not_heard_or_not_done_fails_the_run() -> None:
    text = MENU + caller('{ listen = { phrase = "press nine", within = 3 } }')
    (row,) = (await run(text)).rows
    assert not row.ok
    assert '"press nine" was not heard; heard: "For sales' in row.seen
    assert row.at_ms == 3_000
    steps = '{ press = "1" }, { wait = 30 }, { say = "I was not done" }'
    (row,) = (await run(MENU + caller(steps))).rows
    assert row.seen == 'the call was over before: say "I was not done" (completed)'
    text = caller('{ say = "Hello" }').replace("442079460000", "442079460001") + MENU
    (row,) = (await run(text)).rows
    assert (row.ok, row.seen) == (
        False,
        "it was not answered (the answer webhook was answered 404)",
    )
    text = caller("{ wait = 1 }").replace("442079460000", "442079460009") + MENU
    (row,) = (await run(text)).rows
    assert (row.ok, row.seen) == (False, "442079460009 is not one of our numbers")
    steps = '{ stream = "nowhere" }, { hang_up = true }'
    (row,) = (await run(MENU + caller(steps))).rows
    assert row.seen == 'stream "nowhere": the API answered 400'


async def test_a_miss_goes_another_way_where_there_is_one() -> None:
    steps = """
  { listen = { phrase = "press nine", within = 1, otherwise = [{ press = "1" }] } },
  { listen = { phrase = "sales", then = [{ say = "Thanks" }], within = 9, otherwise = [] } },
  { hang_up = true },
"""
    verdict = await run(MENU + caller(steps, '{ ended_by = "user" }, { digits = "1" }'))
    assert not failed(verdict)


@pytest.mark.parametrize(("patience", "digits"), [(1, "1"), (20, "")])
async def test_patience_runs_out_while_a_prompt_plays(patience: int, digits: str) -> None:
    steps = f'{{ be_impatient = {{ patience = {patience}, press = "1" }} }}'
    heard = "sales goodbye" if digits else "you pressed nothing"
    verdict = await run(MENU + caller(steps, f'{{ digits = "{digits}" }}, {{ heard = "{heard}" }}'))
    assert not failed(verdict)


async def test_keys_and_beeps_are_heard_in_the_sound_of_the_call(tmp_path: Path) -> None:
    sound = beep(300, 700)
    (tmp_path / "beep.wav").write_bytes(wav_header(len(sound)) + sound.tobytes())
    text = """
[[answer]]
number = "442079460000"
ncco = [
  { action = "record", beepStart = true, endOnKey = "#", format = "wav" },
  { action = "connect", endpoint = [
    { type = "phone", number = "447700900301", dtmfAnswer = "7p7" },
  ] },
]
[[far_end]]
name = "Bob"
number = "447700900301"
steps = [{ listen = { tone = "77", within = 5 } }, { play = "beep.wav" }]
""" + caller(
        """{ listen = { beep = true, within = 5 } }, { say = "A message" }, { press = "#" },
  { send_dtmf = "12" }, { listen = { tone = "12", within = 5 } },
  { listen = { beep = true, within = 9 } }, { hang_up = true }""",
        "{ recording = true }, { legs = 2 }",
    )
    assert not failed(await run(text, tmp_path))


async def test_loops_choices_and_seeds() -> None:
    steps = """
  { loop = { times = 2, steps = [{ choose = [[{ press = "1" }], [{ press = "2" }]] }] } },
  { loop = { steps = [{ wait = 0 }] } },
"""
    text = (
        caller(steps, more="")
        + """
[[answer]]
number = "442079460000"
ncco = [{ action = "input", type = ["dtmf"], dtmf = { maxDigits = 2 }, eventUrl = ["{app}/x"] }]
"""
    )
    pressed: set[str] = set()
    for seed in range(1, 9):
        if len(pressed) > 1:
            break
        verdict = await run(text.replace("expect = []", 'expect = [{ digits = "x" }]'), seed=seed)
        pressed.add(failed(verdict)['digits: "x"'].seen)
    assert len(pressed) > 1
    assert all(len(keys) == 2 for keys in pressed)


async def test_a_run_that_does_not_end_has_timed_out_and_a_lasting_one_ends() -> None:
    waits = '[[answer]]\nnumber = "442079460000"\nncco = [{ action = "wait", timeout = 900 }]\n'
    verdict = await run("limit = 20\n" + waits + caller("{ wait = 3 }"))
    assert "20 s" in verdict.timed_out
    (row,) = verdict.rows
    assert row.seen == "goes on, the last step was: wait"
    lasting = "lasting = 30\n" + waits + caller("{ hang_up = true }", more="again = 5")
    verdict = await run(lasting.replace("expect = []", "expect = [{ calls = [4, 7] }]"))
    assert not verdict.timed_out
    assert not failed(verdict)
    assert verdict.took_ms == 30_000


async def test_a_file_that_the_scenario_plays_is_beside_it(tmp_path: Path) -> None:
    text = caller('{ play = "none.wav" }')
    with pytest.raises(ScenarioError, match=r"line 6: caller 'Ann': steps\[0\]\.play: .*cannot be"):
        parse_scenario(text, "made", tmp_path)
    (tmp_path / "none.wav").write_bytes(b"no sound")
    with pytest.raises(ScenarioError, match="has no sound"):
        parse_scenario(text, "made", tmp_path)
    parse_scenario(text)


@pytest.mark.parametrize(
    "expectation",
    [
        5,
        {},
        {"status": "gone"},
        {"status": "completed", "legs": 1},
        {"duration": "long"},
        {"legs": 1.5},
        {"recording": "yes"},
        {"heard": []},
        {"ended_by": "me"},
        {"silence": -1},
        {"nonsense": 1},
        {"order": ["answered"]},
        {"order": ["answered", "gone"]},
        {"answered_with": "200"},
        {"count": 1, "answered_within": 2},
        {"webhooks": 5},
        {"webhooks": {}, "nonsense": 1},
    ],
)
def test_expectations_that_are_none(expectation: object) -> None:
    with pytest.raises(BadStep, match=r"expect\[0\]"):
        parse_expectations([expectation], "expect")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"number": "442079460000", "path": "/x"},
        {"number": "12"},
        {"path": "x"},
        {"path": "/event"},
        {"path": "/x", "status": 20},
        {"path": "/x", "digits": 1},
        {"path": "/x", "ncco": [{"action": "x"}]},
        {"path": "/x", "nonsense": 1},
    ],
)
def test_answers_that_are_none(answer: object) -> None:
    with pytest.raises(BadStep, match=r"answer\[0\]"):
        parse_answer(answer, "answer[0]")


@pytest.mark.parametrize(
    "step",
    [
        {"listen": {}},
        {"listen": "press one"},
        {"listen": {"phrase": "a", "beep": True}},
        {"listen": {"phrase": []}},
        {"listen": {"phrase": "…"}},
        {"listen": {"silence": 0}},
        {"listen": {"tone": "x"}},
        {"listen": {"beep": False}},
        {"listen": {"phrase": "a", "within": "b"}},
        {"listen": {"phrase": "a", "otherwise": [{"fly": 1}]}},
        {"listen": {"phrase": "a", "nonsense": 1}},
        {"be_impatient": {"press": "1"}},
        {"be_impatient": {"patience": 1}},
        {"be_impatient": {"patience": 1, "press": "1", "say": "x"}},
        {"loop": {"times": 0, "steps": [{"wait": 1}]}},
        {"loop": {"steps": []}},
        {"choose": []},
        {"choose": [{"wait": 1}]},
        {"say": {"text": "x", "style": -1}},
        {"say": {"text": "x", "voice": "Amy"}},
    ],
)
def test_steps_that_are_none(step: object) -> None:
    with pytest.raises(BadStep, match=r"steps\[0\]"):
        parse_steps([step])


def test_steps_are_shown_as_they_were_given() -> None:
    given = [
        {"say": {"text": "hallo", "language": "de-DE", "style": 1}},
        {"listen": {"phrase": ["a", "b"], "within": 2.0, "then": [{"wait": 1.0}], "otherwise": []}},
        {"listen": {"silence": 1.5, "within": [1.0, 2.0]}},
        {"be_impatient": {"patience": 1.0, "press": "1", "within": 30.0}},
        {"loop": {"times": 2, "steps": [{"dtmf": "1"}]}},
        {"choose": [[{"hangup": True}], []]},
    ]
    assert [step.to_wire() for step in parse_steps(given)] == given


def test_an_expectation_of_someone_who_is_not_there() -> None:
    with pytest.raises(ScenarioError, match=r"line 2: expect.0..of: there is no 'Bob'"):
        parse_scenario('[[expect]]\nof = "Bob"\ncount = 1\n')
    assert str(parse_webhooks({"count": [1, 2]}, "expect[0]")) == "webhooks: 1 to 2"
