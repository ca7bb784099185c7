import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from starlette.responses import RedirectResponse, Response

from console.audio.dtmf import tones
from console.audio.frames import SAMPLE_RATE
from console.http import trust
from console.sandbox.media import sounds as module
from console.sandbox.media.sounds import DEFAULT_AGE_S, NoSoundError, Sounds, age_of
from tests.audio.recorded import silence_file
from tests.sandbox.given import VIRTUAL, CustomerServer, Received, connected, customer_server


@dataclass
class Time:
    now_ms: int = 0


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def sounds(time: Time) -> AsyncIterator[Sounds]:
    sounds = Sounds(trust(None), now_ms=lambda: time.now_ms)
    yield sounds
    await sounds.close()


def wav_of_digits(subtype: str = "PCM_16") -> bytes:
    target = io.BytesIO()
    digits = tones("15") / 32_768
    soundfile.write(target, digits, SAMPLE_RATE, format="WAV", subtype=subtype)
    return target.getvalue()


def serve(app: CustomerServer, data: bytes, **headers: str) -> None:
    async def give(_got: Received) -> Response:
        return Response(data, headers=headers)

    app.reply = give


@pytest.mark.conforms("6.6", "an audio file is fetched once; repeats come from the cache")
async def test_a_file_is_fetched_once_and_its_samples_are_those_of_the_file(sounds: Sounds) -> None:
    async with customer_server() as app:
        serve(app, wav_of_digits())
        clips = [await sounds.fetch(f"{app.url}/a.wav") for _ in range(2)]
        assert np.array_equal(clips[0].samples, tones("15"))
        assert clips[0] is clips[1]
        assert not clips[0].samples.flags.writeable
        assert clips[0].text is None
        assert len(app.received) == 1


async def test_who_wants_a_file_that_is_being_fetched_waits_for_it(sounds: Sounds) -> None:
    async with customer_server() as app:
        serve(app, wav_of_digits())
        first, *others = await asyncio.gather(*(sounds.fetch(f"{app.url}/a.wav") for _ in range(5)))
        assert all(one is first for one in others)
        assert len(app.received) == 1


@pytest.mark.parametrize(
    ("said", "age_s"),
    [
        ("", DEFAULT_AGE_S),
        ("public", DEFAULT_AGE_S),
        ("public, max-age=60", 60),
        ("Public,Max-Age = 60", 60),
        ("max-age=60, s-maxage=5", 5),
        ("max-age=0", 0),
        ("no-store", 0),
        ("private, max-age=60", 0),
        ("no-cache=x", 0),
        ("max-age=9999999999", 365 * 86_400),
        ("max-age=soon", DEFAULT_AGE_S),
    ],
)
def test_how_long_a_file_is_remembered(said: str, age_s: int) -> None:
    assert age_of(said) == age_s


@pytest.mark.conforms("6.6", "Cache-Control max-age is honoured")
async def test_a_file_is_fetched_anew_when_it_is_too_old(sounds: Sounds, time: Time) -> None:
    async with customer_server() as app:
        serve(app, wav_of_digits(), **{"cache-control": "public, max-age=60"})
        for now_ms, fetched in ((0, 1), (59_999, 1), (60_000, 2), (119_999, 2), (120_000, 3)):
            time.now_ms = now_ms
            await sounds.fetch(f"{app.url}/a.wav")
            assert len(app.received) == fetched
        serve(app, wav_of_digits(), **{"cache-control": "no-store"})
        for _ in range(2):
            await sounds.fetch(f"{app.url}/b.wav")
        assert len(app.received) == 5


async def test_only_so_many_bytes_are_remembered(
    sounds: Sounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CACHE_BYTES", 2 * tones("15").nbytes)
    async with customer_server() as app:
        serve(app, wav_of_digits())
        for name in ("a", "b", "a", "c", "a"):
            await sounds.fetch(f"{app.url}/{name}.wav")
        assert [got.path for got in app.received] == ["/a.wav", "/b.wav", "/c.wav"]
        await sounds.fetch(f"{app.url}/b.wav")
        assert len(app.received) == 4


async def test_what_cannot_be_played_says_why(sounds: Sounds) -> None:
    async with customer_server() as app:

        async def why(path: str) -> str:
            with pytest.raises(NoSoundError) as caught:
                await sounds.fetch(f"{app.url}{path}")
            return str(caught.value)

        assert "no audio" in await why("/a.mp3")
        for response, words in (
            (Response(status_code=404), "HTTP status 404"),
            (RedirectResponse("/b.wav"), "HTTP status 307; redirects are not followed"),
            (Response(b""), "the audio file is empty"),
            (Response(wav_of_digits("PCM_24")), "the WAV is PCM_24"),
        ):

            async def give(_got: Received, given: Response = response) -> Response:
                return given

            app.reply = give
            assert words in await why("/b.wav")
        # A failure is not remembered.
        serve(app, wav_of_digits())
        assert (await sounds.fetch(f"{app.url}/b.wav")).duration_ms == 480


async def test_a_file_that_is_too_large_or_comes_too_slowly_is_given_up(
    sounds: Sounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with customer_server() as app:
        serve(app, bytes(2_000))
        monkeypatch.setattr(module, "SOUND_BYTES", 1_999)
        with pytest.raises(NoSoundError, match="longer than 1999 bytes"):
            await sounds.fetch(f"{app.url}/a.wav")
        arrived = asyncio.Event()

        async def hang(_got: Received) -> Response:
            arrived.set()
            await asyncio.Event().wait()
            return Response()

        app.reply = hang
        monkeypatch.setattr(module, "FETCH_S", 0.05)
        with pytest.raises(NoSoundError, match=r"not fetched within 0\.05 s"):
            await sounds.fetch(f"{app.url}/b.wav")
        assert arrived.is_set()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://127.0.0.1:1/a.mp3", "no connection to 127.0.0.1"),
        ("http://audio.example.com/a.mp3", "--allow-remote"),
        ("http://169.254.169.254/a.mp3", "--allow-remote"),
        ("file:///etc/passwd", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
async def test_where_nothing_is_fetched_from(sounds: Sounds, address: str, why: str) -> None:
    with pytest.raises(NoSoundError) as caught:
        await sounds.fetch(address)
    assert why in str(caught.value) != ""


async def test_what_is_being_fetched_at_the_end_is_given_up() -> None:
    sounds = Sounds(trust(None))
    async with customer_server() as app:
        arrived = asyncio.Event()

        async def hang(_got: Received) -> Response:
            arrived.set()
            await asyncio.Event().wait()
            return Response()

        app.reply = hang
        waiting = asyncio.ensure_future(sounds.fetch(f"{app.url}/a.wav"))
        await arrived.wait()
        await sounds.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_a_far_end_plays_files_of_this_machine(sounds: Sounds, tmp_path: Path) -> None:
    file = tmp_path / "caller.wav"
    file.write_bytes(wav_of_digits("FLOAT"))
    assert np.array_equal((await sounds.read(str(file))).samples, tones("15"))
    file.write_bytes(b"nonsense")
    for path, why in (
        (str(file), "no audio"),
        (str(tmp_path / "none.wav"), "no such file"),
        (str(tmp_path), "no such file"),
        ("/dev/zero", "no such file"),
        ("a\0b", "no such file|cannot be read"),
    ):
        with pytest.raises(NoSoundError, match=why):
            await sounds.read(path)


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
