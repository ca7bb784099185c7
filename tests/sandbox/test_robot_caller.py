"""A robot walks a phone tree by ear, reaches a person, is recorded: what is shown in issue 4."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from console.audio.frames import samples_of
from console.audio.wav import wav_header
from console.sandbox.answers import AnsweringApp
from console.sandbox.rehearsal import RunSettings, rehearse
from console.sandbox.scenario import parse_scenario
from console.sandbox.scenario_parts import Scenario
from tests.audio.recorded import decoded
from tests.sandbox.given import VIRTUAL, running
from tests.sandbox.media.tones import LEAKAGE_DB, SPAN_MS, loudness, sine

CALLER_HZ, PERSON_HZ = 440, 880
TREE = Template("""
title = "A tree of three levels, then a person"

[[answer]]
number = "442079460000"
ncco = [
  { action = "talk", text = "For sales, press one. For support, press two.", bargeIn = true },
  { action = "input", type = ["dtmf"], dtmf = { maxDigits = 1 }, eventUrl = ["{app}/main"] },
]
[[answer]]
path = "/main"
digits = "2"
ncco = [
  { action = "talk", text = "Telephones press four, computers press five.", bargeIn = true },
  { action = "input", type = ["dtmf"], dtmf = { maxDigits = 1 }, eventUrl = ["{app}/support"] },
]
[[answer]]
path = "/support"
digits = "5"
ncco = [
  { action = "talk", text = "Computers. To talk to a person, press zero.", bargeIn = true },
  { action = "input", type = ["dtmf"], dtmf = { maxDigits = 1 }, eventUrl = ["{app}/computers"] },
]
[[answer]]
path = "/computers"
digits = "0"
ncco = [
  { action = "record", split = "conversation", channels = $channels, format = "wav", eventUrl = [
    "{app}/recorded",
  ] },
  { action = "connect", from = "442079460000", endpoint = [
    { type = "phone", number = "447700900301" },
  ] },
]
[[answer]] # whatever else is pressed
path = "/main"
ncco = [{ action = "talk", text = "That was wrong." }]

[[caller]]
name = "Robot"
from = "447700900101"
to = "442079460000"
steps = [
  { listen = { phrase = "for support press two", within = 15 } },
  { press = "2" },
  { listen = { phrase = ["computers press five", "machines press five"], within = 15 } },
  { press = "5" },
  { listen = { phrase = "press zero", within = 15 } },
  { press = "0" },
  { listen = { phrase = "how can I help", within = 20 } },
  { play = "caller.wav" },
  { wait = 1 },
  { play = "caller.wav" },
  { listen = { silence = 2, within = 30 } },
  { hang_up = true },
]
expect = [
  { status = "completed" },
  { ended_by = "user" },
  { digits = "250" },
  { heard = "how can I help" },
  { not_heard = "that was wrong" },
  { legs = 2 },
  { recording = true },
  { webhooks = { kind = "input" }, count = 3 },
  { order = ["ringing", "answered", "completed"] },
]

[[far_end]]
name = "Person"
number = "447700900301"
after = 2
steps = [
  { say = "This is the support desk. How can I help?" },
  { wait = 3 },
  { play = "person.wav" },
]
expect = [{ calls = 1 }, { status = "completed" }, { not_heard = "press zero" }]

[[expect]]
webhooks = { status = "answered" }
of = "Robot"
count = 1
""")


def robot(folder: Path, channels: int) -> Scenario:
    for name, hertz in (("caller", CALLER_HZ), ("person", PERSON_HZ)):
        samples = sine(hertz, 2_000)
        (folder / f"{name}.wav").write_bytes(wav_header(len(samples)) + samples.tobytes())
    return parse_scenario(TREE.substitute(channels=channels), "robot", folder)


async def recorded(scenario: Scenario) -> tuple[NDArray[np.int16], list[dict[str, Any]]]:
    """Play the scenario; return what its recording holds, (samples, channels), and all calls."""
    app = AnsweringApp(scenario.answers)
    await app.start()
    try:
        async with running(replace(VIRTUAL, scenario=scenario)) as caller:
            await caller.point(app)
            await caller.advance(90)
            told = [one for one in await caller.webhooks() if one["url"].endswith("/recorded")]
            (url,) = [json.loads(one["body"])["recording_url"] for one in told]
            answer = await caller.api("GET", url)
            assert answer.headers["content-type"] == "audio/wav"
            calls = (await caller.control("GET", "/calls")).json()["calls"]
            return decoded(answer.content), calls
    finally:
        await app.stop()


def windows(sound: NDArray[np.int16]) -> Iterator[NDArray[np.int16]]:
    """Half seconds in which each channel is silent, or sounds its own sine all the time."""
    count = samples_of(SPAN_MS)
    for at in range(0, len(sound) - count, count):
        window = sound[at : at + count]
        if all(
            not channel.any() or abs(loudness(channel, hertz)) < 0.5
            for channel, hertz in zip(window.T, (CALLER_HZ, PERSON_HZ), strict=False)
        ):
            yield window


@pytest.mark.parametrize("channels", [2, 3])
async def test_the_recording_has_each_voice_on_its_own_channel(
    tmp_path: Path, channels: int
) -> None:
    sound, calls = await recorded(robot(tmp_path, channels))
    assert {leg["status"] for leg in calls} == {"completed"}
    assert [leg["pressed"] for leg in calls] == ["250", ""]
    assert sound.shape[1] == channels
    heard = {CALLER_HZ: 0, PERSON_HZ: 0}
    for window in windows(sound):
        for channel, own, other in ((0, CALLER_HZ, PERSON_HZ), (1, PERSON_HZ, CALLER_HZ)):
            heard[own] += bool(window[:, channel].any())
            assert loudness(window[:, channel], other) < LEAKAGE_DB
    # The robot plays four seconds, the person two, of which the first and last halves may be cut.
    assert 6 <= heard[CALLER_HZ] <= 8
    assert 2 <= heard[PERSON_HZ] <= 4
    if channels > 2:
        assert not sound[:, 2:].any()


async def test_the_same_walk_is_judged_and_two_runs_are_alike(tmp_path: Path) -> None:
    settings = RunSettings(scenario=robot(tmp_path, 2), voice="tones", seed=5)
    first, second = await rehearse(settings), await rehearse(settings)
    assert [row for row in first.rows if not row.ok] == []
    assert (first.rows, first.took_ms) == (second.rows, second.took_ms)
    assert len(first.rows) == 9 + 3 + 3
    assert not first.timed_out
