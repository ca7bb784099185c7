import asyncio
import json
import logging
import os
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

from console.audio.frames import Samples, samples_of, silence
from console.sandbox.media.recogniser_command import CommandWords, wav_of
from console.sandbox.media.recognisers import (
    FAILED,
    CheckedRecogniser,
    Reading,
    Recogniser,
    RecogniserError,
    Recognition,
    SpokenText,
    Utterance,
    Word,
    recogniser_of,
    timed_words,
)
from console.sandbox.media.sphinx import DIGITS, grammar_of
from console.voice.recognition import SPEECH_LANGUAGES

BUZZ = np.full(samples_of(1_000), 1_000, dtype=np.int16)


async def asked(recogniser: Recogniser, heard: Utterance) -> Recognition:
    try:
        return await recogniser.recognise(heard)
    finally:
        await recogniser.close()


async def scripted(samples: Samples, *spoken: SpokenText) -> tuple[Reading, ...]:
    return (await asked(recogniser_of("scripted"), Utterance(samples, spoken))).results


async def test_the_text_of_a_clip_is_what_is_recognised() -> None:
    (reading,) = await scripted(BUZZ, SpokenText("Hello, is anybody there?", 0, 1_000))
    assert (reading.text, reading.confidence) == ("Hello, is anybody there?", 1.0)
    assert [word.text for word in reading.words] == ["Hello,", "is", "anybody", "there?"]
    assert (reading.words[0].begins_ms, reading.words[-1].ends_ms) == (0, 1_000)
    for one, other in zip(reading.words, reading.words[1:], strict=False):
        assert one.begins_ms < one.ends_ms == other.begins_ms


@pytest.mark.parametrize(
    ("begins_ms", "text"),
    [
        (-10_000, None),
        (-850, "four"),
        (-500, "three four"),
        (-100, "one two three four"),
        (0, "one two three four"),
        (600, "one two"),
        (1_500, None),
    ],
)
async def test_of_a_text_partly_heard_the_words_within(begins_ms: int, text: str | None) -> None:
    # Four words of five letters with their spaces, as long as each other.
    spoken = SpokenText("one1 two2 thre four", begins_ms, begins_ms + 1_000)
    found = await scripted(BUZZ, spoken)
    names = {"one1": "one", "two2": "two", "thre": "three", "four": "four"}
    said = [" ".join(names[word] for word in reading.text.split()) for reading in found]
    assert said == ([] if text is None else [text])


async def test_texts_come_in_the_order_of_their_clips() -> None:
    found = await scripted(BUZZ, SpokenText("at six", 500, 900), SpokenText("call me", 0, 400))
    assert [reading.text for reading in found] == ["call me at six"]


async def test_a_text_without_sound_is_not_heard() -> None:
    samples = np.concatenate((BUZZ, silence(1_000)))
    spoken = (SpokenText("heard", 0, 1_000), SpokenText("muted", 1_000, 2_000))
    assert [reading.text for reading in await scripted(samples, *spoken)] == ["heard"]
    assert await scripted(silence(1_000), SpokenText("muted", 0, 1_000)) == ()
    assert await scripted(silence(0), SpokenText("nothing", 0, 10)) == ()
    assert await scripted(BUZZ, SpokenText("  ", 0, 1_000)) == ()
    assert await scripted(BUZZ) == ()


@pytest.mark.conforms("9.3", "116 languages are recognised, their tags in any case")
async def test_languages() -> None:
    recogniser = recogniser_of("scripted")
    spoken = (SpokenText("hallo", 0, 1_000),)
    assert len(SPEECH_LANGUAGES) == 116 + 1  # with the alias of zh
    for tag in SPEECH_LANGUAGES:
        for written in (tag, tag.lower(), tag.upper()):
            found = await recogniser.recognise(Utterance(BUZZ, spoken, written))
            assert (found.error, len(found.results)) == (None, 1)


async def test_another_language_cannot_be_analysed(caplog: pytest.LogCaptureFixture) -> None:
    heard = Utterance(BUZZ, (SpokenText("nuqneH", 0, 1_000),), "tlh\x1b[31m")
    with caplog.at_level(logging.WARNING):
        assert await asked(recogniser_of("scripted"), heard) == Recognition(error=FAILED)
    assert "is not recognised (9.3)" in caplog.text
    assert "\x1b" not in caplog.text


def test_words_share_the_time_of_their_text() -> None:
    assert timed_words("a  bcd", 100, 700, 0.5) == (
        Word("a", 100, 300, 0.5),
        Word("bcd", 300, 700, 0.5),
    )
    assert timed_words(" ", 0, 1, 1.0) == ()


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("whisper", "use scripted, sphinx or command:"),
        ("command", "use scripted, sphinx or command:"),
        ("command:", "Name the recogniser's command"),
        ("command: 'half", "badly quoted"),
        ("command:/no/such/program {wav}", "was not found"),
    ],
)
def test_a_recogniser_that_cannot_be(choice: str, said: str) -> None:
    with pytest.raises(RecogniserError, match=said):
        recogniser_of(choice)


def test_sphinx_without_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.sandbox.media.sphinx._MODULE", "no_such_module")
    with pytest.raises(RecogniserError, match=r"voice-console\[asr\]"):
        recogniser_of("sphinx")


def program(folder: Path, source: str, *words: str) -> str:
    path = folder / "words.py"
    path.write_text(source, "utf-8")
    return shlex.join([sys.executable, "-I", str(path), *words])


PRINT_ALL = """
import io, json, os, sys, wave
data = open(sys.argv[1], "rb").read() if sys.argv[1:] else sys.stdin.buffer.read()
sound = wave.open(io.BytesIO(data))
seen = [sound.getframerate(), sound.getnchannels(), sound.getsampwidth(), sound.getnframes()]
heard = {"seen": seen, "language": os.environ["VOICE_LANGUAGE"]}
heard["context"] = json.loads(os.environ["VOICE_CONTEXT"])
words = [{"word": "hi", "start_time": 100, "end_time": 9000, "confidence": 0.5}]
print(json.dumps({"results": [
    {"text": "second", "confidence": "0.4"},
    {"text": json.dumps(heard), "confidence": 0.9, "words": words},
    {"text": " ", "confidence": 0.3},
]}))
"""


@pytest.mark.conforms("9.2", "results are ordered by confidence", "context strings are hints")
@pytest.mark.parametrize("words", [(), ("{wav}",)])
async def test_a_command_gets_sound_language_and_hints(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    recogniser = recogniser_of("command:" + program(tmp_path, PRINT_ALL, *words))
    heard = Utterance(BUZZ, (), "en-GB", ("billing", 'a "b"\n'))
    found = await asked(recogniser, heard)
    assert found.error is None
    best, second = found.results
    assert json.loads(best.text) == {
        "seen": [16_000, 1, 2, len(BUZZ)],
        "language": "en-GB",
        "context": ["billing", 'a "b"\n'],
    }
    assert best.words == (Word("hi", 100, 1_000, 0.5),)
    assert (second.text, second.confidence) == ("second", 0.4)
    assert second.words == (Word("second", 0, 1_000, 0.4),)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import sys; sys.exit('no \\x1b[31mmodel')", "ended with 1: no "),
        ("print('hello')", "did not print the JSON asked for"),
        ("print('[]')", "did not print the JSON asked for"),
        ('print(\'{"results":[{"confidence":1}]}\')', "did not print the JSON asked for"),
        ('print(\'{"results":[{"text":"a","confidence":"x"}]}\')', "did not print the JSON"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "did not print the JSON asked for"),
        ("", "did not print the JSON asked for"),
    ],
)
async def test_a_command_that_fails(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, source: str, said: str
) -> None:
    with caplog.at_level(logging.WARNING):
        found = await asked(recogniser_of("command:" + program(tmp_path, source)), Utterance(BUZZ))
    assert found == Recognition(error=FAILED)
    assert said in caplog.text
    assert "\x1b" not in caplog.text


def lasting(folder: Path) -> tuple[str, Path]:
    """Return a program that goes on with a child, and a pipe both hold open while they live."""
    pipe = folder / "alive"
    os.mkfifo(pipe)
    source = f"import os, time; open({str(pipe)!r}, 'w'); os.fork(); time.sleep(60)"
    kept = source.replace("open(", "alive = open(", 1)
    return program(folder, kept), pipe


async def test_a_command_that_takes_too_long_is_stopped_with_its_children(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command, pipe = lasting(tmp_path)
    recogniser = CheckedRecogniser(CommandWords(command, patience_s=1.0))
    ended = asyncio.get_running_loop().run_in_executor(None, pipe.read_bytes)
    async with asyncio.timeout(30):
        assert await asked(recogniser, Utterance(BUZZ)) == Recognition(error=FAILED)
        await ended
    assert "took longer than 1 s" in caplog.text


async def test_a_cancelled_recognition_ends_its_command(tmp_path: Path) -> None:
    command, pipe = lasting(tmp_path)
    recogniser = recogniser_of(f"command:{command}")
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(recogniser.recognise(Utterance(BUZZ)))
        began = await asyncio.to_thread(pipe.open, "rb")
        task.cancel()
        assert await asyncio.to_thread(began.read) == b""
        began.close()


def test_a_wav_file() -> None:
    assert len(wav_of(BUZZ)) == 44 + 2 * len(BUZZ)
    assert len(wav_of(silence(0))) == 44


def test_the_grammar_holds_hints_and_digits() -> None:
    grammar = grammar_of(["billing", "new orders", "billing"])
    assert "billing | new orders | ( zero | one" in grammar
    assert grammar.count("billing") == 1
    assert all(digit in grammar_of([]) for digit in DIGITS)


async def test_sphinx_hears_hints_and_digits(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("pocketsphinx")
    pytest.importorskip("espeakng_loader")
    from console.sandbox.media.voices import voices_of

    voices, recogniser = voices_of("espeak"), recogniser_of("sphinx")
    # The last ones must not break the grammar.
    context = ("Billing", "sales", "new orders", "xyzzy", "", "; public <x> = ( ;")
    try:
        said = ("billing", "new orders", "three one four", "eight zero zero four")
        for text in said:
            samples = (await voices.speak(text)).samples
            found = await recogniser.recognise(Utterance(samples, (), "en-us", context))
            best = found.results[0]
            assert best.text == text
            assert 0 < best.confidence <= 1
            assert [word.text for word in best.words] == text.split()
            assert best.words[0].begins_ms < 300
        assert await recogniser.recognise(Utterance(silence(500), ())) == Recognition()
        german = await recogniser.recognise(Utterance(BUZZ, (), "de-DE"))
        assert german == Recognition(error=FAILED)
        assert "English only" in caplog.text
    finally:
        await recogniser.close()
        await voices.close()
