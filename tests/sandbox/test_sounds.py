from collections.abc import AsyncIterator

import pytest
from starlette.responses import Response

from console.audio.files import silence_file
from console.http import trust
from console.sandbox.sounds import Sounds
from tests.sandbox.given import VIRTUAL, Received, connected, customer_server


@pytest.fixture
async def sounds() -> AsyncIterator[Sounds]:
    sounds = Sounds(trust(None))
    yield sounds
    await sounds.close()


@pytest.mark.conforms("6.6", "an audio file is fetched once; repeats come from the cache")
async def test_a_file_is_fetched_once_and_measured(sounds: Sounds) -> None:
    async def wav(_got: Received) -> Response:
        return Response(silence_file(2500, "wav"), media_type="audio/wav")

    async with customer_server() as app:
        app.reply = wav
        for _ in range(2):
            assert (await sounds.measure(f"{app.url}/a.wav")).duration_ms == 2500
        assert len(app.received) == 1


async def test_what_cannot_be_played_says_why(sounds: Sounds) -> None:
    async with customer_server() as app:
        found = await sounds.measure(f"{app.url}/a.mp3")
        assert found.duration_ms is None
        assert "no audio" in found.reason

        async def gone(_got: Received) -> Response:
            return Response(status_code=404)

        app.reply = gone
        assert (await sounds.measure(f"{app.url}/b.mp3")).reason == "HTTP status 404"
    for address, why in (
        ("http://127.0.0.1:1/a.mp3", ""),
        ("http://audio.example.com/a.mp3", "--allow-remote"),
        ("http://[", ""),
    ):
        found = await sounds.measure(address)
        assert found.duration_ms is None
        assert found.reason
        assert why in found.reason


@pytest.mark.conforms("3.6", "a stream plays as long as its file")
async def test_a_stream_lasts_as_long_as_its_file() -> None:
    async with connected(VIRTUAL) as (caller, app):

        async def wav(got: Received) -> Response | None:
            return Response(silence_file(4000, "mp3")) if got.path == "/a.mp3" else None

        app.reply = wav
        leg = await caller.create()
        await caller.advance(1)
        url = f"{app.url}/a.mp3"
        await caller.api("PUT", f"/v1/calls/{leg}/stream", {"stream_url": [url]})
        await caller.advance(1)
        playing = (await caller.leg(leg))["playing"]
        assert (playing["kind"], playing["url"]) == ("stream", url)
        assert playing["remaining_ms"] == pytest.approx(3000, abs=200)
        await caller.advance(4)
        assert (await caller.leg(leg))["playing"] is None
