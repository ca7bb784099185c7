"""What the sandbox's owner sets: the application, its webhooks, numbers, addresses and prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from console.sandbox.quirks import NO_QUIRKS, Quirks
from console.voice.limits import (
    ANSWER_CONNECT_TIMEOUT_DEFAULT_MS,
    ANSWER_READ_TIMEOUT_DEFAULT_MS,
    CALLS_PER_SECOND,
    CONVERSATIONS_TTL_DEFAULT_HOURS,
    EVENT_READ_TIMEOUT_DEFAULT_MS,
    LEG_PERSISTENCE_DEFAULT_DAYS,
)
from console.voice.shaken import Authority


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where a webhook goes, by which method, and how long it may take (5.4)."""

    url: str
    method: str = "POST"
    connect_timeout_ms: int = ANSWER_CONNECT_TIMEOUT_DEFAULT_MS
    read_timeout_ms: int = EVENT_READ_TIMEOUT_DEFAULT_MS


def answer_target(url: str, method: str = "GET") -> WebhookTarget:
    """Return the target of an answer, transfer or `onAnswer` URL: the timeouts of answers."""
    return WebhookTarget(url, method, read_timeout_ms=ANSWER_READ_TIMEOUT_DEFAULT_MS)


DEFAULT_RATES: Mapping[str, str] = MappingProxyType(
    {
        "GB-FIXED": "0.00450000",
        "GB-MOBILE": "0.02400000",
        "US-VIRTUAL-LEVEL3": "0.01270000",
        "DE-FIXED": "0.00900000",
        "FR-FIXED": "0.00850000",
        "SANDBOX": "0.01000000",
    }
)
"""EUR a minute by the network's label; what is not listed costs nothing."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """One application with its numbers, and the facts of the sandbox around it.

    Attributes:
        application_id: Dashed UUID.
        numbers: Our own numbers, E.164 digits; a person can dial these.
        base_url: Base of `recording_url`: `{base_url}/v1/files/<id>`.
        region_url: Given to answer webhooks (5.3.1).
        answer: The application's `answer_url` (inbound calls), None where it has none.
        event: Its `event_url`.
        fallback: Its `fallback_answer_url` (5.5).
        rates: EUR a minute by network label, decimal text of 8 places.
        conversations_ttl_hours: How long a name keeps its conversation id (6.4).
        leg_persistence_days: How long an ended leg is kept (3.3).
        legs_per_second: New outbound legs, REST create and `connect` together (3.12); None: no
            limit.
        quirks: Which of two plausible behaviours hold.
        account_numbers: All numbers of the account, those of other applications as well: what
            callees may be shown (10.2).
        shaken: Whose identities verify (3.1); None: they are checked for their form only.
    """

    application_id: str
    numbers: tuple[str, ...]
    base_url: str
    region_url: str
    answer: WebhookTarget | None = None
    event: WebhookTarget | None = None
    fallback: WebhookTarget | None = None
    rates: Mapping[str, str] = field(default_factory=lambda: DEFAULT_RATES)
    conversations_ttl_hours: int = CONVERSATIONS_TTL_DEFAULT_HOURS
    leg_persistence_days: int = LEG_PERSISTENCE_DEFAULT_DAYS
    legs_per_second: int | None = CALLS_PER_SECOND
    quirks: Quirks = NO_QUIRKS
    account_numbers: tuple[str, ...] = ()
    shaken: Authority | None = None
