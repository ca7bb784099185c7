"""What the contract says of level, tones, recognition and transcription, heard in samples."""

import json
import shlex
import sys
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from console.audio.dtmf_detection import DtmfDetector, KeyDown
from console.audio.frames import Samples, level_db, to_bytes
from console.audio.recital import Manner, Words
from console.audio.synthetic_voice import tones_of
from tests.sandbox.given import Caller, CustomerServer, connected
from tests.sandbox.media.test_over_http import TONES, act, audio, inputs

TEXT = "Please hold the line, somebody will be with you."


@pytest.mark.conforms("6.6", "level changes the volume")
async def test_a_level_makes_a_talk_louder_and_softer() -> None:
    async with connected(TONES) as (caller, app):
        app.ncco = [{"action": "talk", "text": TEXT, "level": level} for level in ("-1", 0, "1")]
        leg = await caller.dial_in()
        await caller.advance(30)
        heard = await audio(caller, leg, "heard")
        third = len(heard) // 3
        soft, plain, loud = (level_db(heard[third * n : third * (n + 1)]) for n in range(3))
        assert soft < plain - 6
        assert plain < loud - 3


@pytest.mark.conforms("9.1", "tones sent to a leg are heard at its far end as sound")
async def test_digits_sent_to_a_leg_are_tones_at_its_far_end() -> None:
    async with connected(TONES) as (caller, _app):
        leg = await caller.dial_in()
        await caller.advance(0.1)
        answer = await caller.api("PUT", f"/v1/calls/{leg}/dtmf", {"digits": "1p2#"})
        assert answer.status_code == 200
        await caller.advance(4)
        found = DtmfDetector().feed(await audio(caller, leg, "heard"))
        assert "".join(one.digit for one in found if isinstance(one, KeyDown)) == "12#"
        assert not np.any(await audio(caller, leg, "said"))


def listening(app: CustomerServer, **speech: Any) -> list[dict[str, Any]]:
    return [
        {
            "action": "input",
            "type": ["speech"],
            "speech": {"endOnSilence": 1.0, "startTimeout": 5} | speech,
            "eventUrl": [f"{app.url}/input"],
        }
    ]


@pytest.mark.conforms("6.7", "language and context of speech are used")
async def test_language_and_context_reach_the_recogniser(tmp_path: Path) -> None:
    script = tmp_path / "recogniser.py"
    script.write_text(
        "import json, os, sys\n"
        "sys.stdin.buffer.read()\n"
        "told = os.environ['VOICE_LANGUAGE'] + ' ' + os.environ['VOICE_CONTEXT']\n"
        "print(json.dumps({'results': [{'text': told, 'confidence': 0.5}]}))\n"
    )
    command = f"command:{shlex.quote(sys.executable)} {shlex.quote(str(script))}"
    async with connected(replace(TONES, recogniser=command)) as (caller, app):
        app.ncco = listening(app, language="de-DE", context=["Vertrieb", "Hilfe"])
        leg = await caller.dial_in()
        await caller.advance(0.5)
        await act(caller, leg, "say", text="Vertrieb bitte")
        await caller.advance(6)
        (got,) = inputs(app)
        (result,) = got["speech"]["results"]
        assert result["text"] == 'de-DE ["Vertrieb","Hilfe"]'
        assert float(result["confidence"]) == 0.5


def spoken(path: Path, gain: float) -> str:
    words = Words(TEXT, Manner())
    voice: Samples = (tones_of(words, 140.0) * gain).astype(np.int16)
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(16_000)
        target.writeframes(to_bytes(voice))
    return str(path)


@pytest.mark.conforms("6.7", "sensitivity of speech is used")
@pytest.mark.parametrize(
    ("sensitivity", "reason"), [(100, "end_on_silence_timeout"), (10, "start_timeout")]
)
async def test_a_faint_voice_is_found_where_the_input_is_sensitive(
    tmp_path: Path, sensitivity: int, reason: str
) -> None:
    async with connected(TONES) as (caller, app):
        app.ncco = listening(app, sensitivity=sensitivity)
        leg = await caller.dial_in()
        await caller.advance(0.5)
        await act(caller, leg, "play", path=spoken(tmp_path / "faint.wav", 0.1))
        await caller.advance(15)
        got = inputs(app)[0]
        assert got["speech"]["timeout_reason"] == reason


async def recorded(caller: Caller, app: CustomerServer, **transcription: Any) -> Any:
    """The file of the words of a recording with two sentences."""
    app.ncco = [
        {
            "action": "record",
            "endOnSilence": 3,
            "eventUrl": [f"{app.url}/event"],
            "transcription": transcription,
        },
        {"action": "wait", "timeout": 60},
    ]
    leg = await caller.dial_in()
    await caller.advance(0.5)
    await act(caller, leg, "say", text="This is a great day")
    await caller.advance(4)
    await act(caller, leg, "say", text="The line is terrible")
    await caller.advance(12)
    told = app.events(status="transcribed")[0]
    assert told["transcription_url"] != ""
    path = "/v1/files/" + told["transcription_url"].rpartition("/")[2]
    answer = await caller.api("GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    return json.loads(answer.content)


@pytest.mark.conforms(
    "8.4",
    "transcription_url is downloaded like a recording",
    "a transcription has channels, sentences, words and times in ms",
)
async def test_a_transcription_is_downloaded_and_holds_sentences_and_words() -> None:
    async with connected(TONES) as (caller, app):
        file = await recorded(caller, app)
        (channel,) = file["channels"]
        first, second = channel["transcript"]
        assert first["sentence"] == "This is a great day"
        assert first["raw_sentence"] == "this is a great day"
        assert "sentiment" not in first
        assert [word["word"] for word in second["words"]] == ["the", "line", "is", "terrible"]
        assert second["timestamp"] >= first["timestamp"] + first["duration"]
        starts = [word["start_time"] for word in second["words"]]
        assert starts == sorted(starts)
        assert second["timestamp"] <= starts[0]
        assert channel["duration"] >= second["timestamp"] + second["duration"]


@pytest.mark.conforms("8.4", "sentiment is there with sentimentAnalysis")
async def test_a_sentence_has_a_sentiment_where_it_is_asked_for() -> None:
    async with connected(TONES) as (caller, app):
        file = await recorded(caller, app, sentimentAnalysis=True)
        good, bad = file["channels"][0]["transcript"]
        assert -1 <= bad["sentiment"] < 0 < good["sentiment"] <= 1
