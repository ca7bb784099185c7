"""Statements that nothing proves yet, and why; a row leaves with the test that proves it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotYet:
    section: str
    statement: str
    why: str


SOUND = "the sandbox carries the length of sound, not sound"
RECOGNISER = "the sandbox recognises no speech"
SIP = "no SIP is spoken: whoever calls or is called is played by the control API"

_MISSING: dict[tuple[str, str], tuple[str, ...]] = {
    ("6.6", SOUND): ("level changes the volume",),
    ("6.7", RECOGNISER): (
        "language and context of speech are used",
        "sensitivity of speech is used",
    ),
    ("8.4", RECOGNISER): (
        "transcription_url is downloaded like a recording",
        "a transcription has channels, sentences, words and times in ms",
        "sentiment is there with sentimentAnalysis",
    ),
    ("9.1", SOUND): ("tones sent to a leg are heard at its far end as sound",),
    ("10.5", SIP): ("SIP registration, ports, codecs and session timers",),
}

NOT_YET = tuple(
    NotYet(section, statement, why)
    for (section, why), statements in _MISSING.items()
    for statement in statements
)
