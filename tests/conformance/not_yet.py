"""Statements that nothing proves yet, and why; a row leaves with the test that proves it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotYet:
    section: str
    statement: str
    why: str


MEDIA = "the sandbox opens no WebSockets"
SOUND = "the sandbox carries the length of sound, not sound"
RECOGNISER = "the sandbox recognises no speech"
SIP = "no SIP is spoken: whoever calls or is called is played by the control API"

_MISSING: dict[tuple[str, str], tuple[str, ...]] = {
    ("3.1", MEDIA): ("authorization vonage sends the JWT of signed webhooks at the handshake",),
    ("6.6", SOUND): ("level changes the volume",),
    ("6.7", RECOGNISER): (
        "language and context of speech are used",
        "sensitivity of speech is used",
    ),
    ("7.1", MEDIA): (
        "the platform opens the socket by GET upgrade, without a subprotocol",
        "a status other than 101, a TLS or TCP failure is failed or unanswered",
        "authorization is sent at the handshake",
    ),
    ("7.2", MEDIA): (
        "the first frame is websocket:connected with the headers at top level",
        "binary frames of 20 ms flow at 50 a second, silence included",
        "websocket:dtmf tells each key of any party with its duration",
        "websocket:cleared acknowledges a clear",
        "websocket:notify tells that what was queued before has been played",
    ),
    ("7.3", MEDIA): (
        "binary messages of one frame are queued and played in order",
        "a message of another size is dropped",
        "clear drops what is queued",
        "notify is a marker in the queue",
        "the buffer holds 3072 messages, then the newest are dropped",
        "unknown text is ignored",
    ),
    ("8.4", RECOGNISER): (
        "transcription_url is downloaded like a recording",
        "a transcription has channels, sentences, words and times in ms",
        "sentiment is there with sentimentAnalysis",
    ),
    ("9.1", MEDIA): ("keys are told to a WebSocket with their duration",),
    ("9.1", SOUND): ("tones sent to a leg are heard at its far end as sound",),
    ("10.5", SIP): ("SIP registration, ports, codecs and session timers",),
    ("11.1", MEDIA): ("WebSocket send buffer: 3072 messages",),
    ("11.2", MEDIA): ("a WebSocket message is one frame of 20 ms (27)",),
    ("12", MEDIA): (
        "25: a call connected to a WebSocket that echoes",
        "28: a WebSocket called directly",
    ),
    ("A", MEDIA): ("media: WebSocket frames of 320, 640 and 960 bytes",),
    ("B", MEDIA): ("WebSocket buffer of 3072 messages", "WebSocket commands clear and notify"),
    ("C", MEDIA): ("C4: a bridge to a WebSocket on the sandbox, message by message",),
}

NOT_YET = tuple(
    NotYet(section, statement, why)
    for (section, why), statements in _MISSING.items()
    for statement in statements
)
