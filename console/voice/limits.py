"""Limits of the platform (section 11.1), each once. Ranges are inclusive."""

from typing import Any, Final, NamedTuple


class Range(NamedTuple):
    """Least and greatest value."""

    low: float
    high: float

    def __contains__(self, value: Any) -> bool:
        return bool(self.low <= value <= self.high)


CALLS_PER_SECOND: Final = 3
"""New outbound legs of an account, REST create and `connect` together, per rolling second."""
REQUESTS_PER_SECOND: Final = 15
"""All other Voice requests of an account."""

LENGTH_TIMER: Final = Range(1, 86_400)
LENGTH_TIMER_DEFAULT: Final = 7_200
RINGING_TIMER: Final = Range(1, 120)
RINGING_TIMER_DEFAULT: Final = 60
CONNECT_TIMEOUT: Final = Range(1, 7_200)
"""Seconds of ringing of a `connect`; SDKs send 3 and more, the platform states no least one."""
CONNECT_TIMEOUT_DEFAULT: Final = 60
CONNECT_LIMIT: Final = Range(1, 7_200)
CONNECT_LIMIT_DEFAULT: Final = 7_200
BEEP_TIMEOUT: Final = Range(30, 120)

TALK_CHARACTERS: Final = 1_500
"""Of a text without its SSML tags."""
LEVEL: Final = Range(-1.0, 1.0)
CONVERSATION_MEMBERS: Final = 50

RECORD_CHANNELS: Final = Range(1, 32)
RECORD_END_ON_SILENCE: Final = Range(3, 10)
RECORD_TIME_OUT: Final = Range(3, 7_200)

DTMF_MAX_DIGITS: Final = Range(1, 20)
DTMF_MAX_DIGITS_DEFAULT: Final = 4
DTMF_TIME_OUT: Final = Range(0, 10)
DTMF_TIME_OUT_DEFAULT: Final = 3
DTMF_PAUSE_MS: Final = 500

SPEECH_END_ON_SILENCE: Final = Range(0.4, 10.0)
SPEECH_START_TIMEOUT: Final = Range(1, 60)
SPEECH_MAX_DURATION: Final = Range(1, 60)
SPEECH_SENSITIVITY: Final = Range(0, 100)
"""The platform says 10 to 100, the Python SDK sends from 0."""

WAIT_TIMEOUT: Final = Range(0.1, 7_200.0)
WAIT_TIMEOUT_DEFAULT: Final = 10.0

SIP_URI_CHARACTERS: Final = 50
"""The API description's limit; longer trunk addresses are in use, so it only warns."""
USER_TO_USER_CHARACTERS: Final = 256
WEBSOCKET_HEADERS_BYTES: Final = 512
WEBSOCKET_AUTHORIZATION_CHARACTERS: Final = 8_191

PAGE_SIZE: Final = Range(1, 100)
PAGE_SIZE_DEFAULT: Final = 10

JSON_DEPTH: Final = 32
"""How deep JSON from outside may nest (ours)."""
BODY_BYTES: Final = 64 * 1024
"""How long a webhook's body may be (ours)."""

TOKEN_LIFETIME: Final = Range(30, 86_400)
TOKEN_LIFETIME_DEFAULT: Final = 900
TOKEN_FUTURE_SECONDS: Final = 60
"""How far a token's `iat` or `nbf` may lie ahead of our clock."""
WEBHOOK_AGE: Final = Range(-60, 300)
"""Age in seconds at which a signed webhook is still taken."""
WEBHOOK_TOKEN_BYTES: Final = 4 * 1024
APPLICATION_TOKEN_BYTES: Final = 16 * 1024
SIGNATURE_SECRET_BYTES: Final = 16
"""A shorter signature secret is refused; 32 and more are advised."""
RSA_BITS: Final = 2_048

ANSWER_CONNECT_TIMEOUT_MS: Final = Range(300, 1_000)
ANSWER_CONNECT_TIMEOUT_DEFAULT_MS: Final = 1_000
ANSWER_READ_TIMEOUT_MS: Final = Range(1_000, 5_000)
ANSWER_READ_TIMEOUT_DEFAULT_MS: Final = 5_000
EVENT_READ_TIMEOUT_MS: Final = Range(1_000, 10_000)
EVENT_READ_TIMEOUT_DEFAULT_MS: Final = 10_000
WEBHOOK_SUCCESS: Final = range(200, 206)
WEBHOOK_RETRY_STATUSES: Final = frozenset({429, 502, 503, 504})

CONVERSATIONS_TTL_HOURS: Final = Range(1, 9_000)
CONVERSATIONS_TTL_DEFAULT_HOURS: Final = 48
LEG_PERSISTENCE_DAYS: Final = Range(1, 31)
LEG_PERSISTENCE_DEFAULT_DAYS: Final = 2
RECORDING_DAYS: Final = 30
REGIONS: Final = ("na-east", "na-west", "eu-east", "eu-west", "apac-sng", "apac-australia")
"""Where an application may be pinned; without one it is routed globally."""
