import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.audio.frames import Samples, level_db, silence
from console.audio.recital import SLOWEST
from console.sandbox.media import espeak
from console.sandbox.media.espeak import EspeakError, EspeakFiles, Stopped, find_espeak, loaded
from console.sandbox.media.voice_table import default_voice, voices
from console.sandbox.media.voices import (
    TONES_NOTICE,
    EspeakVoices,
    SyntheticVoices,
    Voices,
    find_voices,
)
from console.voice.speech import SHORTEST_MS, speaking_ms
from console.voice.voices import NEWER_LANGUAGES, languages

GREETINGS: dict[str, str] = json.loads(
    Path(__file__).with_name("greetings.json").read_text(encoding="utf-8")
)
"""How people greet, by language, in its own script."""
HOLD = "Thank you for calling, please hold the line"


def files() -> EspeakFiles:
    found = find_espeak()
    assert found is not None, "the extra `speech` is part of the tests' environment"
    return found


@pytest.fixture
async def speech() -> AsyncIterator[EspeakVoices]:
    speech = EspeakVoices(files())
    yield speech
    await speech.close()


@pytest.fixture(params=["espeak", "tones"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Voices]:
    either: Voices = EspeakVoices(files()) if request.param == "espeak" else SyntheticVoices()
    yield either
    await either.close()


def ms_of(samples: Samples) -> float:
    return len(samples) / 16


def longest_silence_ms(samples: Samples) -> float:
    """Return the longest gap between sounds; the silence at the ends does not count."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 32)
    return float(np.diff(loud).max() / 16)


async def sound(voices: Voices, text: str, language: str = "en-US", style: int = 0) -> Samples:
    return (await voices.speak(text, language, style)).samples


# --- the table ---------------------------------------------------------------------------------


@pytest.mark.conforms("9.4", "every language and style of the list has a voice")
def test_the_table_has_every_language_and_style_and_no_two_styles_are_the_same() -> None:
    listed = {
        (code, number): style.gender
        for code, language in languages().items()
        for number, style in language.styles.items()
    }
    found = voices()
    assert {key: voice.gender for key, voice in found.items() if key in listed} == listed
    assert set(found) - set(listed) == {(code, 0) for code in NEWER_LANGUAGES}
    for code in languages():
        of_language = [
            (voice.variant, voice.wpm, voice.pitch)
            for (language, _), voice in found.items()
            if language == code
        ]
        assert len(set(of_language)) == len(of_language), code
    assert default_voice().wpm == 150


def test_every_voice_and_variant_of_the_table_is_there() -> None:
    data = Path(files().data)
    for voice in voices().values():
        assert (data / "lang" / voice.espeak).is_file(), voice
        assert (data / "voices" / "!v" / voice.variant).is_file(), voice


@pytest.mark.conforms("9.4", "every language is spoken")
async def test_every_language_is_spoken(speech: EspeakVoices) -> None:
    assert {language.partition("-")[0] for language, _ in voices()} == set(GREETINGS)
    for language in sorted({language for language, _ in voices()}):
        greeting = GREETINGS[language.partition("-")[0]]
        found = await sound(speech, greeting, language)
        assert -34 < level_db(found) < -18, language
        assert speaking_ms(greeting) / 2 < ms_of(found) < speaking_ms(greeting) * 2.5, language


async def test_every_style_sounds_unlike_the_others_of_its_language(speech: EspeakVoices) -> None:
    seen: dict[bytes, tuple[str, int]] = {}
    for language, style in voices():
        if language in ("en-US", "de-DE", "pl-PL", "no-NO"):
            found = (await sound(speech, "12 3", language, style)).tobytes()
            assert found not in seen, (language, style, seen[found])
            seen[found] = (language, style)
            assert level_db(np.frombuffer(found, dtype=np.int16)) > -34


# --- what is asked for -------------------------------------------------------------------------


@pytest.mark.conforms("6.6", "premium, style and language choose the voice")
async def test_language_and_style_choose_the_voice(either: Voices) -> None:
    woman, man = await sound(either, HOLD), await sound(either, HOLD, style=7)

    def pitch_hz(samples: Samples) -> float:
        # The strongest period of the loudest 60 ms.
        frames = samples[: len(samples) // 960 * 960].reshape(-1, 960).astype(np.float64)
        frame = frames[np.square(frames).sum(axis=1).argmax()]
        alike = np.correlate(frame, frame, "full")[959:]
        return float(16_000 / (alike[50:220].argmax() + 50))

    assert pitch_hz(man) < 150 < pitch_hz(woman)
    assert either.notes == ()
    premium = await either.speak(HOLD, "en-US", 0, premium=True)
    assert np.array_equal(premium.samples, woman)


@pytest.mark.conforms("9.4", "an unknown language or style is spoken as en-US, style 0")
async def test_what_is_not_in_the_list_is_spoken_as_en_us(
    either: Voices, caplog: pytest.LogCaptureFixture
) -> None:
    usual = await sound(either, HOLD)
    with caplog.at_level(logging.WARNING):
        for language, style in (("xx-XX", 0), ("de-DE", 99), ("EN\x1b[31m", -1), ("xx-XX", 0)):
            assert await sound(either, HOLD, language, style) is usual
    assert either.notes[0] == "xx-XX style 0 is no voice; en-US style 0 speaks"
    assert len(either.notes) == 3
    # Each is logged once, and nothing of it reaches a terminal as it came.
    assert len(caplog.messages) == 3
    assert "\x1b" not in caplog.text


async def test_what_is_spoken_otherwise_is_said_once(speech: EspeakVoices) -> None:
    for _ in range(2):
        await speech.speak("Bos d\u00edas", "gl-ES")
        await speech.speak("Hello", "en-US", 1, premium=True)
        await speech.speak("Ahoj", "cs-CZ", 1, premium=True)
        await speech.speak("<speak>a <lang xml:lang='xx'>b</lang></speak>", "en-US")
    assert speech.notes == (
        "gl-ES is spoken by the voice of Spanish (Spain)",
        "cs-CZ style 1 has no premium form; the standard voice speaks",
        "xx is no language of a voice; the tag did nothing",
    )
    await speech.speak("Labas", "lt-LT", 4)
    assert len(speech.notes) == 3


# --- SSML --------------------------------------------------------------------------------------


@pytest.mark.conforms("9.6", "break has time or strength")
@pytest.mark.parametrize(("tag", "ms"), [("time='1s'", 1_000), ("strength='x-strong'", 1_200)])
async def test_breaks_are_exact(either: Voices, tag: str, ms: int) -> None:
    found = await sound(either, f"<speak>Hello <break {tag}/> world</speak>")
    assert longest_silence_ms(found) == pytest.approx(ms, abs=20)
    apart = ms_of(found) - ms_of(
        await sound(either, "<speak>Hello <break time='1ms'/> world</speak>")
    )
    assert apart == pytest.approx(ms - 1, abs=20)


@pytest.mark.conforms("9.6", "prosody changes rate, pitch and volume")
async def test_prosody_is_heard(either: Voices) -> None:
    async def said(attributes: str) -> Samples:
        return await sound(either, f"<speak><prosody {attributes}>{HOLD}</prosody></speak>")

    usual = await sound(either, HOLD)
    assert ms_of(await said("rate='slow'")) > 1.15 * ms_of(usual)
    assert ms_of(await said("rate='x-fast'")) < 0.75 * ms_of(usual)
    assert ms_of(await said(f"rate='{SLOWEST * 100:.0f}%'")) > 1.5 * ms_of(usual)
    assert level_db(await said("volume='-12dB'")) - level_db(usual) == pytest.approx(-12, abs=0.2)
    assert level_db(await said("volume='loud'")) - level_db(usual) == pytest.approx(6, abs=0.7)
    assert not (await said("volume='silent'")).any()
    high = await said("pitch='x-high'")
    assert ms_of(high) == pytest.approx(ms_of(usual), rel=0.1)
    assert not np.array_equal(high, usual)


async def test_tags_choose_language_and_voice(speech: EspeakVoices) -> None:
    async def said(inside: str) -> Samples:
        return await sound(speech, f"<speak>{inside}</speak>")

    english, french = await said("bonjour"), await said("<lang xml:lang='fr-FR'>bonjour</lang>")
    assert not np.array_equal(english, french)
    # The accent of the voice stays: it is not the French voice, which speaks in its own variant.
    assert np.array_equal(
        await said("<voice name='Brian'>Hello</voice>"), await sound(speech, "Hello", "en-GB", 4)
    )
    man = await said("<voice gender='male'>Hello</voice>")
    assert not np.array_equal(man, await said("Hello"))
    digits = await said("<say-as interpret-as='digits'>42</say-as>")
    assert np.array_equal(digits, await said("4 2"))


@pytest.mark.conforms("9.6", "styles without SSML read no tags")
async def test_a_style_without_ssml_reads_the_words_and_does_nothing_else(either: Voices) -> None:
    tags = "<speak>Hello <break time='2s'/><prosody rate='x-slow'>world</prosody></speak>"
    assert not voices()["en-IE", 0].ssml
    found = await sound(either, tags, "en-IE")
    assert np.array_equal(found, await sound(either, "Hello world", "en-IE"))
    assert "a style without SSML was given tags; they did nothing" in either.notes
    assert ms_of(await sound(either, tags)) > ms_of(found) + 2_000


async def test_malformed_ssml_is_read_without_its_tags(either: Voices) -> None:
    found = await either.speak("<speak>Fish & <b>chips</speak>")
    assert found.text == "Fish & chips"
    assert np.array_equal(found.samples, await sound(either, "Fish & chips"))
    assert "was read without its tags" in either.notes[0]


# --- the same, always --------------------------------------------------------------------------


async def test_the_same_text_has_the_same_samples_whatever_was_spoken_before(
    speech: EspeakVoices,
) -> None:
    text = "<speak>Please hold. <emphasis>Now</emphasis></speak>"
    first = await speech.speak(text, "en-US", 3)
    for before in ("Guten Tag", "", "x" * 300):
        other = EspeakVoices(files())
        await other.speak(before, "de-DE", 3)
        again = await other.speak(text, "en-US", 3)
        await other.close()
        assert np.array_equal(again.samples, first.samples)
    assert await speech.speak(text, "en-US", 3) is first
    with pytest.raises(ValueError, match="read-only"):
        first.samples[0] = 1


async def test_two_sandboxes_of_one_process_may_speak_at_once() -> None:
    several = [EspeakVoices(files()) for _ in range(4)]
    texts = [f"number {number}" for number in range(3)]
    found = await asyncio.gather(*(sound(one, text) for one in several for text in texts))
    for one in several:
        await one.close()
    for place, samples in enumerate(found):
        assert np.array_equal(samples, found[place % len(texts)])


async def test_the_cache_holds_so_many_bytes() -> None:
    first = await sound(tones := SyntheticVoices(), "one two")
    await tones.close()
    small = SyntheticVoices(cache_bytes=first.nbytes * 2)
    one = await small.speak("one two")
    assert await small.speak("one two") is one
    await small.speak("two one")
    assert await small.speak("one two") is one
    await small.speak("one one")
    assert await small.speak("one two") is one
    await small.speak("a far longer text than there is room for in it, by any measure")
    assert await small.speak("one two") is one
    await small.close()


# --- stopping and failing ----------------------------------------------------------------------


def test_a_voice_stops_within_a_block() -> None:
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked == 3

    with loaded(files()) as library, pytest.raises(Stopped):
        library.read("a b c " * 100, "gmw/en-US+f1", wpm=150, pitch=50, stopped=stopped)
    assert asked == 3


def test_a_voice_ends_by_itself_after_the_longest_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "LONGEST_MS", 1_000)
    with loaded(files()) as library:
        found = library.read(
            "a b c " * 100, "gmw/en-US+f1", wpm=150, pitch=50, stopped=lambda: False
        )
    assert 1_000 <= ms_of(found) < 1_100


async def test_who_gives_up_waiting_stops_the_voice(speech: EspeakVoices) -> None:
    # The thread is held, so that one text is being spoken and one waits when both are given up.
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        go.wait()

    speech._thread.submit(hold)
    await asyncio.to_thread(held.wait)
    tasks = [asyncio.ensure_future(speech.speak("a b c " * 200)) for _ in range(2)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in found)
    go.set()
    assert ms_of(await sound(speech, "next")) > 300


async def test_closing_gives_up_what_is_spoken() -> None:
    speech = EspeakVoices(files())
    waiting = asyncio.ensure_future(speech.speak("a b c " * 5_000))
    await asyncio.sleep(0)
    await speech.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_library_that_cannot_be_used_leaves_tones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = files()
    with pytest.raises(EspeakError, match="has no voice gmw/xx"), loaded(there) as library:
        library.read("a", "gmw/xx", wpm=150, pitch=50, stopped=lambda: False)
    (tmp_path / "broken.so").write_bytes(b"nothing")
    for broken in (
        EspeakFiles(str(tmp_path / "none.so"), there.data),
        EspeakFiles(str(tmp_path / "broken.so"), there.data),
        EspeakFiles(there.library, str(tmp_path)),
    ):
        with pytest.raises(EspeakError, match=r"cannot be (loaded|started)"), loaded(broken):
            pass
        speech = EspeakVoices(broken)
        tones = SyntheticVoices()
        assert np.array_equal(await sound(speech, HOLD), await sound(tones, HOLD))
        await speech.close()
        await tones.close()
    assert find_voices().notice == ""
    monkeypatch.setattr(espeak, "find_spec", lambda _name: None)
    assert find_voices().notice == TONES_NOTICE


async def test_nothing_of_espeak_is_loaded_before_a_voice_is_wanted(speech: EspeakVoices) -> None:
    here = (await sound(speech, HOLD)).tobytes()
    code = f"""
import asyncio, sys
import console.sandbox.server
from console.sandbox.media.voices import find_voices

maps = open("/proc/self/maps").read() if sys.platform == "linux" else ""
assert "espeakng_loader" not in sys.modules and "libespeak" not in maps

async def main():
    clip = await find_voices().speak({HOLD!r})
    sys.stdout.buffer.write(clip.samples.tobytes())

asyncio.run(main())
"""
    there = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, timeout=60
    )
    # Another process, another second: the same samples.
    assert there.stdout == here


# --- any text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\0", "<speak/>", "\U0001f600", "...", "\ud800"])
async def test_a_text_without_words_is_a_short_silence_or_sound(either: Voices, text: str) -> None:
    assert ms_of(await sound(either, text)) >= SHORTEST_MS


@given(
    text=st.text(max_size=40),
    wrap=st.booleans(),
    voice=st.sampled_from([("en-US", 0), ("cmn-CN", 0), ("ar", 2), ("hi-IN", 3)]),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_any_text_can_be_spoken(
    speech: EspeakVoices, text: str, wrap: bool, voice: tuple[str, int]
) -> None:
    found = await sound(speech, f"<speak>{text}</speak>" if wrap else text, *voice)
    assert found.dtype == silence(0).dtype
    assert ms_of(found) >= SHORTEST_MS
