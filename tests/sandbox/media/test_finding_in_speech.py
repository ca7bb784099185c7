"""Keys and voice searched for in the speech that simulated callers speak with."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from console.audio.dtmf_detection import DtmfDetector, KeyDown
from console.audio.frames import SAMPLE_RATE, Samples, samples_of
from console.audio.voice_activity import VoiceActivity, VoiceBegan, VoiceEnded
from console.sandbox.media.voices import CHOICES, Voices, voices_of

_WORDS = """
    the customer called about an invoice that was sent twice last month and wants somebody from
    billing to explain why the amount is different seven nine two five zero three eight one four
    please hold the line while I transfer you to an agent good morning thank you for calling how
    can help today my name is where who when machine open orange evening window weather yellow
    music hello goodbye yes no maybe sales support address street number question answer problem
"""
WORDS = tuple(_WORDS.split())
LANGUAGES = ("en-US", "en-GB", "de-DE", "es-ES", "fr-FR", "it-IT", "pt-BR", "ru-RU", "pl-PL")


@pytest.fixture(params=[choice for choice in CHOICES if choice != "auto"])
async def voices(request: pytest.FixtureRequest) -> AsyncIterator[Voices]:
    if request.param == "espeak":
        pytest.importorskip("espeakng_loader")
    made = voices_of(request.param)
    yield made
    await made.close()


def text(rng: np.random.Generator, words: int) -> str:
    return " ".join(WORDS[n] for n in rng.integers(len(WORDS), size=words))


def audible(samples: Samples) -> tuple[int, int]:
    """Return where it is first and last less than 25 dB under its loud parts."""
    blocks = samples[: len(samples) // 80 * 80].astype(np.float64).reshape(-1, 80)
    power = np.mean(blocks**2, axis=1)
    heard = np.flatnonzero(power > np.percentile(power, 95) * 10**-2.5)
    return int(heard[0]) * 80, (int(heard[-1]) + 1) * 80


@pytest.mark.parametrize("snr_db", [None, 15.0])
async def test_where_speech_begins_and_ends(voices: Voices, snr_db: float | None) -> None:
    rng = np.random.default_rng(31)
    quiet = np.zeros(3 * SAMPLE_RATE)
    began, ended = [], []
    for number in range(24):
        clip = await voices.speak(text(rng, int(rng.integers(1, 6))), LANGUAGES[number % 4])
        first, last = audible(clip.samples)
        wave = np.concatenate((quiet, clip.samples.astype(np.float64), quiet))
        if snr_db is not None:
            rms = clip.samples[first:last].astype(np.float64).std()
            wave += rng.standard_normal(len(wave)) * rms / 10 ** (snr_db / 20)
        finds = VoiceActivity().feed(np.clip(np.round(wave), -32_768, 32_767).astype(np.int16))
        assert isinstance(finds[0], VoiceBegan)
        assert isinstance(finds[-1], VoiceEnded)
        began.append(abs(finds[0].at_sample - len(quiet) - first))
        ended.append(abs(finds[-1].at_sample - len(quiet) - last))
    # A faint hiss or hum at an end is lost in noise now and then.
    assert np.percentile(began, 90) <= samples_of(60)
    assert np.percentile(ended, 90) <= samples_of(100)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_30_minutes_of_speech_without_a_key(voices: Voices) -> None:
    rng = np.random.default_rng(32)
    detector = DtmfDetector()
    keys = []
    while detector.position < 30 * 60 * SAMPLE_RATE:
        language = LANGUAGES[int(rng.integers(len(LANGUAGES)))]
        clip = await voices.speak(text(rng, 25), language, int(rng.integers(6)))
        keys += [find for find in detector.feed(clip.samples) if isinstance(find, KeyDown)]
    assert keys == []
