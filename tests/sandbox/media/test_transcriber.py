"""The words of a recording: sentences by silences, words with their times, how they feel."""

import json
from typing import Any

import pytest

from console.sandbox.clock import VIRTUAL_START_MS
from console.sandbox.engine.media_effects import WriteRecording
from console.sandbox.media.clips import Clip
from console.sandbox.media.recognisers import recogniser_of
from console.sandbox.media.recorder import Take, take_of
from console.sandbox.media.score import Score
from console.sandbox.media.sentiment import sentiment_of
from console.sandbox.media.transcriber import NoWordsError, raw_sentence, transcribe
from tests.sandbox.media.test_watching import noise, speech

START = VIRTUAL_START_MS


async def take(*said: tuple[str, int], begins_ms: int = 0) -> Take:
    """A recording of one leg that says each text at its time."""
    score = Score()
    score.open("a", START)
    score.hearing({"room": frozenset({"a"})}, START)
    for text, at_ms in said:
        score.place("a", await speech(text), START + at_ms)
    score.place("a", Clip(noise(400, 20)), START + 9_000)
    ends = START + 12_000
    recording = WriteRecording("f", "wav", "room", "a", False, 1, ("a",), START + begins_ms, ends)
    return take_of(score, recording)


async def words_of(found: Take, *, sentiment: bool = False, language: str = "en-US") -> Any:
    recogniser = recogniser_of("scripted")
    try:
        return json.loads(
            await transcribe(found, recogniser, "file", language=language, sentiment=sentiment)
        )
    finally:
        await recogniser.close()


async def test_a_silence_ends_a_sentence_and_a_breath_does_not() -> None:
    found = await words_of(await take(("Good morning.", 1_000), ("How are you?", 5_000)))
    (channel,) = found["channels"]
    assert channel["duration"] == 12_000
    assert [one["sentence"] for one in channel["transcript"]] == ["Good morning.", "How are you?"]
    for sentence, at_ms in zip(channel["transcript"], (1_000, 5_000), strict=True):
        assert abs(sentence["timestamp"] - at_ms) <= 150
        assert set(sentence) == {"sentence", "raw_sentence", "timestamp", "duration", "words"}
        assert " ".join(word["word"] for word in sentence["words"]) == sentence["raw_sentence"]
        ends = sentence["timestamp"] + sentence["duration"]
        assert all(word["end_time"] <= ends + 1 for word in sentence["words"])
    assert found == await words_of(await take(("Good morning.", 1_000), ("How are you?", 5_000)))


async def test_times_count_from_where_the_recording_began() -> None:
    found = await words_of(await take(("Good morning", 5_000), begins_ms=2_000))
    (sentence,) = found["channels"][0]["transcript"]
    assert abs(sentence["timestamp"] - 3_000) <= 150


async def test_sound_that_cannot_be_analysed_says_so() -> None:
    with pytest.raises(NoWordsError, match="ERR1"):
        await words_of(await take(("Hello", 0)), language="xx-XX")
    assert (await words_of(await take()))["channels"][0]["transcript"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thank you, that is great!", 1.0),
        ("This is not good", -1.0),
        ("The phone is broken but the staff was lovely", 0.0),
        ("The train leaves at nine", 0.0),
        ("", 0.0),
    ],
)
def test_how_a_sentence_feels(text: str, expected: float) -> None:
    assert sentiment_of(text) == expected


def test_a_raw_sentence_has_no_marks() -> None:
    assert raw_sentence("Hello, how can I help? Don't wait!") == "hello how can i help don't wait"
