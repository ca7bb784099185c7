"""Sound through the whole sandbox: HTTP in front, virtual time, what is found is in the samples."""

import asyncio
import io
import json
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.responses import Response

from console.audio.dtmf_detection import DtmfDetector, KeyDown
from console.audio.frames import Samples, samples_of, to_bytes
from tests.sandbox.given import VIRTUAL, Caller, CustomerServer, Received, connected
from tests.sandbox.media.test_watching import noise

TONES = replace(VIRTUAL, voice="tones")
PROMPT = "Press one for sales, two for support, three for the list of all our shops."


def menu(app: CustomerServer, **options: Any) -> list[dict[str, Any]]:
    return [
        {"action": "talk", "text": PROMPT, "bargeIn": True},
        {
            "action": "input",
            "type": ["dtmf"],
            "dtmf": {"maxDigits": 3, "timeOut": 5} | options,
            "eventUrl": [f"{app.url}/input"],
        },
    ]


@asynccontextmanager
async def call(
    ncco: list[dict[str, Any]] | None = None,
) -> AsyncIterator[tuple[Caller, CustomerServer, str]]:
    async with connected(TONES) as (caller, app):
        app.ncco = menu(app) if ncco is None else ncco

        async def reply(got: Received) -> Response | None:
            if got.path != "/input":
                return None
            stay = json.dumps([{"action": "wait", "timeout": 60}])
            return Response(stay, media_type="application/json")

        app.reply = reply
        leg = await caller.dial_in()
        await caller.advance(0.1)
        yield caller, app, leg


async def act(caller: Caller, leg: str, action: str, **more: str) -> None:
    answer = await caller.control("POST", f"/calls/{leg}/far-end", {"action": action} | more)
    assert answer.status_code == 200, answer.text


async def audio(caller: Caller, leg: str, direction: str, **span: int) -> Samples:
    query = "".join(f"&{name}={value}" for name, value in span.items())
    path = f"/calls/{leg}/audio?direction={direction}&format=wav{query}"
    answer = await caller.control("GET", path)
    assert answer.status_code == 200, answer.text
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        found: Samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return found


def inputs(app: CustomerServer) -> list[dict[str, Any]]:
    return [one.fields for one in app.received if one.path == "/input"]


def noisy(folder: Path) -> str:
    file = folder / "noise.wav"
    with wave.open(str(file), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(16_000)
        target.writeframes(to_bytes(noise(8_000, 400)))
    return str(file)


async def test_keys_are_found_in_what_the_far_end_sounds_also_under_noise(tmp_path: Path) -> None:
    async with call() as (caller, app, leg):
        await act(caller, leg, "play", path=noisy(tmp_path))
        await caller.advance(1)
        await act(caller, leg, "dtmf", digits="4p7*")
        await caller.advance(6)
        assert [one["dtmf"]["digits"] for one in inputs(app)] == ["47*"]
        said = await audio(caller, leg, "said")
        found = DtmfDetector().feed(said)
        assert "".join(one.digit for one in found if isinstance(one, KeyDown)) == "47*"
        assert np.abs(said[: samples_of(1_000)].astype(float)).mean() > 100


async def test_a_key_stops_the_prompt_between_two_frames() -> None:
    async with call() as (caller, app, leg):
        await caller.advance(0.9)
        playing = (await caller.leg(leg))["playing"]
        assert playing["text"] == PROMPT
        await act(caller, leg, "dtmf", digits="1")
        await caller.advance(8)
        assert [one["dtmf"]["digits"] for one in inputs(app)] == ["1"]
        heard = await audio(caller, leg, "heard")
        said = await audio(caller, leg, "said")
        pressed = int(np.flatnonzero(said)[0])
        last = int(np.flatnonzero(heard)[-1])
        # The key is known 45 ms after it is pressed, and a frame goes on to its end.
        assert 0 < last - pressed <= samples_of(45 + 20)
        assert heard[: samples_of(900)].any()
        assert playing["remaining_ms"] > 2_000
        assert (await caller.leg(leg))["playing"] is None


async def test_words_are_recognised_from_the_voice_in_the_samples() -> None:
    async with call([]) as (caller, app, _):
        app.ncco = [
            {
                "action": "input",
                "type": ["speech"],
                "speech": {"endOnSilence": 1.0, "startTimeout": 10},
                "eventUrl": [f"{app.url}/input"],
            },
        ]
        leg = await caller.dial_in()
        await caller.advance(2)
        await act(caller, leg, "say", text="I would like to book a table")
        await caller.advance(8)
        (heard,) = inputs(app)
        assert heard["speech"]["timeout_reason"] == "end_on_silence_timeout"
        assert heard["speech"]["results"][0]["text"].lower() == "i would like to book a table"


async def test_who_hangs_up_says_nothing_more_and_its_sound_stays() -> None:
    async with call() as (caller, app, leg):
        await act(caller, leg, "dtmf", digits="123456789")
        await caller.advance(0.35)
        await act(caller, leg, "hangup")
        await caller.advance(10)
        assert (await caller.leg(leg))["received"] == "12"
        said = await audio(caller, leg, "said")
        again = await audio(caller, leg, "said")
        assert np.array_equal(said, again)
        length_ms = len(said) // 16
        assert 430 <= length_ms <= 470
        part = await audio(caller, leg, "said", **{"from": 200, "to": 400})
        assert np.array_equal(part, said[samples_of(200) : samples_of(400)])
        rest = await audio(caller, leg, "said", **{"from": 200, "to": 10_000_000})
        assert np.array_equal(rest, said[samples_of(200) :])
        assert len(await audio(caller, leg, "said", **{"from": 90_000})) == 0
        answer = await caller.control("GET", f"/calls/{leg}/levels")
        assert answer.status_code == 409
        assert app.events(status="completed")


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=x", "from"), ("to=-1", "to"), ("from=5&to=4", "to"), ("direction=both", "direction")],
)
async def test_a_wrong_span_names_its_field(query: str, field: str) -> None:
    async with call() as (caller, _, leg):
        answer = await caller.control("GET", f"/calls/{leg}/audio?{query}")
        assert (answer.status_code, answer.json()["field"]) == (422, field)
        answer = await caller.control("GET", "/calls/nobody/levels")
        assert answer.status_code == 404


async def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    file = noisy(tmp_path)

    async def heard() -> list[bytes]:
        async with call() as (caller, app, leg):
            app.ncco = [{"action": "talk", "text": "Thank you"}]
            await act(caller, leg, "play", path=file)
            await act(caller, leg, "say", text="I am not sure what to do")
            await caller.advance(2.3)
            await act(caller, leg, "dtmf", digits="12#")
            await caller.advance(8)
            found = [to_bytes(await audio(caller, leg, way)) for way in ("heard", "said")]
            webhooks = [one["body"] for one in await caller.webhooks()]
            events = [json.loads(body) for body in webhooks if body]
            for event in events:
                event.pop("region_url", None)
            return [*found, json.dumps(events).encode()]

    first, second = await heard(), await heard()
    assert first == second
    assert any(first[0])


async def test_levels_are_told_ten_times_a_second_of_sandbox_time() -> None:
    async with call([{"action": "talk", "text": PROMPT, "loop": 0}]) as (caller, _, leg):
        ticker = caller.sandbox.runtime.parts.media.ticker
        found: list[dict[str, Any]] = []

        async def read(begun: asyncio.Event) -> None:
            async with caller.http.stream("GET", "/sandbox/levels") as answer:
                assert answer.headers["content-type"] == "application/x-ndjson"
                begun.set()
                async for line in answer.aiter_lines():
                    found.append(json.loads(line))
                    if len(found) == 20:
                        return

        begun = asyncio.Event()
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            group.create_task(read(begun))
            await begun.wait()
            await caller.advance(2)
        assert [one["at"][-5:] for one in found[:3]] == [".200Z", ".300Z", ".400Z"]
        levels = [one["levels"][leg] for one in found]
        assert max(one["heard_db"] for one in levels) > -30
        assert {one["said_db"] for one in levels} == {-96.0}
        one = (await caller.control("GET", f"/calls/{leg}/levels")).json()
        assert one["said_db"] == -96.0
        while len(ticker):
            # The server notices that the reader went when it sends the next line.
            await caller.advance(0.1)


async def test_the_overview_says_which_voice_and_recogniser_are_in_use() -> None:
    async with call([{"action": "talk", "text": "Hm", "language": "xx-XX"}]) as (caller, _, _leg):
        sound = (await caller.control("GET", "")).json()["sound"]
        assert (sound["voice"], sound["recogniser"]) == ("tones", "scripted")
        assert any("xx-XX" in note for note in sound["notes"])


async def test_a_reset_forgets_the_sound() -> None:
    async with call() as (caller, _, leg):
        await caller.control("POST", "/reset")
        answer = await caller.control("GET", f"/calls/{leg}/audio")
        assert answer.status_code == 404
        assert (await caller.control("POST", "/clock", {"until": "idle"})).json()["idle"] is True
