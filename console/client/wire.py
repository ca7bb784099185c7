"""One request to the API: paced, signed, written down, repeated only where that is safe."""

import asyncio
import os
import random
import socket
import ssl
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, Final, TypeVar, assert_never
from urllib.parse import urlencode

from console.client.credentials import Credentials
from console.client.errors import (
    AccountApiError,
    VoiceApiError,
    VoiceError,
    VoiceTimeout,
    VoiceUnreachable,
    VoiceUnreadableError,
    VoiceUnsafeError,
    Where,
)
from console.client.ledger import Ledger, Line
from console.client.pacing import Bucket, Pacer, Priority
from console.client.safety import check_base
from console.clock import Clock
from console.config.context import Context
from console.http import (
    AsyncClient,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    InvalidURL,
    PoolTimeout,
    Request,
    Response,
    Timeout,
    TimeoutException,
    UnsupportedProtocol,
    trust,
)
from console.text import clean
from console.voice.errors import decode_problem
from console.voice.wire import UnreadableJson, decode_json, encode_json

CONNECT_S: Final = 3.0
TOTAL_S: Final = 10.0
TRIES: Final = 3
RATE_WAITS_S: Final = (1.0, 2.0, 4.0)
"""How long to wait after a 429 that names no time, one after the other."""
LONGEST_WAIT_S: Final = 30.0
"""A `Retry-After` beyond this is told to the person instead of waited for."""
BODY_LIMIT: Final = 8 * 1024 * 1024
_BACK_OFF_S = 0.25
_UNSENT = (ConnectError, ConnectTimeout, PoolTimeout, UnsupportedProtocol)

_Lost = TypeVar("_Lost", VoiceTimeout, VoiceUnreachable)


class Repeat(Enum):
    """When a request may be sent again by itself."""

    SAFE = "safe"
    """Twice is the same as once: after any lost answer and any 5xx."""
    UNSENT = "unsent"
    """Twice would be heard or felt: only when no byte can have left."""
    NEVER = "never"
    """Placing a call: only the rule of `console.client.dial` decides."""


class Auth(Enum):
    """What a request is signed with (2.1)."""

    TOKEN = "token"
    BASIC = "basic"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing to ask."""

    method: str
    url: str
    body: Mapping[str, Any] | None = None
    """Sent as JSON."""
    form: Mapping[str, str] | None = None
    """Sent as a form instead (10.3)."""
    priority: Priority = Priority.ACT
    repeat: Repeat = Repeat.SAFE
    auth: Auth = Auth.TOKEN
    cause: str | None = None
    leg: str | None = None
    conversation: str | None = None
    intent: str | None = None
    """The own id of the dial it places, or of the dial whose leg it reads."""
    record_status: str | None = None
    """The `status` column of the answer's record (`readback`)."""
    region: str | None = None
    """Name of the region it is tried in after a 404 of another one (2.4)."""

    @property
    def places_call(self) -> bool:
        """Whether it makes a new leg: counted apart, and on the disk before it is sent."""
        return self.method == "POST" and self.auth is Auth.TOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A 2xx answer."""

    status: int
    raw: bytes
    content_type: str

    def json(self) -> Any:
        """Return the body as JSON; an empty one is None.

        Raises:
            VoiceUnreadableError: It is not JSON.
        """
        if not self.raw:
            return None
        try:
            return decode_json(self.raw)
        except UnreadableJson as error:
            raise VoiceUnreadableError(str(error), self.raw) from None


class Wire:
    """Sends requests of one context over one HTTP client.

    `trouble` is the last error that says something about the way to the API itself, None after
    an exchange that worked; `answered` tells whether any did. A refusal of the account's APIs
    says nothing about it: they take other credentials.
    """

    def __init__(
        self,
        context: Context,
        ledger: Ledger,
        *,
        clock: Clock,
        pacer: Pacer,
        jitter: random.Random | None = None,
        total_s: float = TOTAL_S,
    ) -> None:
        check_base(context.api_url)
        self.context = context
        self.base = context.api_url.rstrip("/")
        self.pacer = pacer
        self.credentials = Credentials(context, clock)
        self.ledger = ledger
        self.clock = clock
        self.trouble: VoiceError | None = None
        self.answered = False
        self._jitter = jitter or random.Random()
        self._total_s = total_s
        self.http = AsyncClient(
            timeout=Timeout(total_s, connect=min(CONNECT_S, total_s)),
            verify=trust(context.ca_file),
            follow_redirects=False,
            trust_env=not context.is_sandbox,
            headers={"accept": "application/json", "user-agent": "voice-console"},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def send(self, ask: Ask) -> Answer:
        """Send `ask` and return its 2xx answer.

        Raises:
            VoiceApiError: The API said no.
            VoiceUnreachable: No answer came.
            VoiceTimeout: No answer came within 10 s (3 s to connect).
            VoiceCredentialsError: The context cannot sign.
            VoiceUnreadableError: The answer is too big to be one.
            JournalError: A dial could not be written down, so it was not sent.
        """
        bucket = self._bucket(ask)
        lost = rate_waits = 0
        renewed = False
        while True:
            try:
                return await self._paced(ask, bucket)
            except (VoiceUnreachable, VoiceTimeout) as error:
                lost += 1
                if lost >= TRIES or not _may_repeat(ask, sent=error.sent):
                    raise
                await self._back_off(lost)
            except VoiceApiError as error:
                if error.status == 401 and ask.auth is Auth.TOKEN and not renewed:
                    renewed = True
                    if self.credentials.renew():
                        continue
                elif error.status == 429 and rate_waits < len(RATE_WAITS_S):
                    wait = error.retry_after
                    if wait is None:
                        wait = RATE_WAITS_S[rate_waits] * self._jitter.uniform(1.0, 1.25)
                    if wait <= LONGEST_WAIT_S:
                        rate_waits += 1
                        if bucket is not None:
                            bucket.pause(wait)
                        await self.clock.sleep(wait)
                        continue
                elif error.status >= 500 and ask.repeat is Repeat.SAFE:
                    lost += 1
                    if lost < TRIES:
                        await self._back_off(lost)
                        continue
                raise

    def _bucket(self, ask: Ask) -> Bucket | None:
        if ask.auth is not Auth.TOKEN:
            return None
        return self.pacer.calls if ask.places_call else self.pacer.requests

    async def _back_off(self, lost: int) -> None:
        await self.clock.sleep(_BACK_OFF_S * 2 ** (lost - 1) * self._jitter.uniform(0.5, 1.5))

    async def _paced(self, ask: Ask, bucket: Bucket | None) -> Answer:
        if bucket is None:
            return await self._exchange(ask, lambda: None)
        place = await bucket.place(ask.priority)
        try:
            return await self._exchange(ask, lambda: bucket.sending(place))
        finally:
            bucket.settle(place)

    async def _exchange(self, ask: Ask, leaves: Callable[[], None]) -> Answer:
        request = self._request(ask)
        traced = _Traced()
        request.extensions["trace"] = traced
        line = Line(
            exchange=uuid.uuid4().hex,
            method=ask.method,
            url=str(request.url),
            cause=ask.cause,
            leg=ask.leg,
            conversation=ask.conversation,
            intent=ask.intent,
            region=ask.region,
        )
        await self.ledger.asked(line, request.content, must=ask.places_call)
        started = self.clock.monotonic_ns()
        leaves()
        where = Where(ask.method, request.url.host)
        try:
            async with asyncio.timeout(self._total_s):
                response = await self.http.send(request, stream=True)
                try:
                    raw = await _body(response)
                finally:
                    await response.aclose()
        except (TimeoutError, TimeoutException) as error:
            sent = traced.sent
            seconds = CONNECT_S if isinstance(error, ConnectTimeout) else self._total_s
            lost = VoiceTimeout(where, seconds, sent=sent)
            await self.ledger.failed(line, error=lost.sentence, sent=sent)
            raise self._away(lost) from error
        except (HTTPError, InvalidURL) as error:
            sent = traced.sent and not isinstance(error, _UNSENT)
            gone = VoiceUnreachable(where, reason_of(error), sent=sent)
            await self.ledger.failed(line, error=gone.sentence, sent=sent)
            raise self._away(gone) from error
        except VoiceUnreadableError as error:
            await self.ledger.failed(line, error=error.sentence, sent=True)
            raise
        trace = response.headers.get("x-nexmo-trace-id", "")
        await self.ledger.answered(
            line,
            raw,
            status=response.status_code,
            elapsed_ms=round((self.clock.monotonic_ns() - started) / 1e6, 1),
            trace=trace,
            record_status=ask.record_status,
        )
        self.answered = True
        if 200 <= response.status_code < 300:
            self.trouble = None
            return Answer(
                status=response.status_code,
                raw=raw,
                content_type=response.headers.get("content-type", ""),
            )
        kind = AccountApiError if ask.auth is Auth.BASIC else VoiceApiError
        problem = kind(
            decode_problem(response.status_code, raw),
            trace=trace,
            retry_after=_retry_after(response.headers.get("retry-after"), self.clock.now_ns()),
        )
        if kind is VoiceApiError:
            bad = problem.status in (401, 403) or problem.status >= 500
            self.trouble = problem if bad else None
        raise problem

    def _away(self, error: _Lost) -> _Lost:
        self.trouble = error
        return error

    def _request(self, ask: Ask) -> Request:
        headers: dict[str, str] = {}
        content: bytes | None = None
        if ask.body is not None:
            headers["content-type"] = "application/json"
            content = encode_json(ask.body)
        elif ask.form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            content = urlencode(ask.form).encode("ascii")
        try:
            request = self.http.build_request(ask.method, ask.url, content=content, headers=headers)
        except InvalidURL:
            raise VoiceUnsafeError(f"{clean(ask.url, 80)} is not a URL") from None
        match ask.auth:
            case Auth.TOKEN:
                request.headers["authorization"] = f"Bearer {self.credentials.token()}"
            case Auth.BASIC:
                request.headers["authorization"] = self.credentials.basic()
            case Auth.NONE:
                pass
            case _:
                assert_never(ask.auth)
        return request


class _Traced:
    """Hears from the connection when the first byte of a request is about to leave."""

    def __init__(self) -> None:
        self.sent = False

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            self.sent = True


def _may_repeat(ask: Ask, *, sent: bool) -> bool:
    match ask.repeat:
        case Repeat.SAFE:
            return True
        case Repeat.UNSENT:
            return not sent
        case Repeat.NEVER:
            return False
        case _:
            assert_never(ask.repeat)


async def _body(response: Response) -> bytes:
    raw = bytearray()
    async for piece in response.aiter_bytes():
        raw += piece
        if len(raw) > BODY_LIMIT:
            raise VoiceUnreadableError(f"it is over {BODY_LIMIT >> 20} MiB", bytes(raw[:4096]))
    return bytes(raw)


def reason_of(error: Exception) -> str:
    """Return why a connection failed, from the innermost error that the system named."""
    cause: BaseException | None = error
    reason = ""
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted: {clean(cause.verify_message, 120)}"
        if isinstance(cause, socket.gaierror):
            reason = str(cause.strerror).lower()
        elif isinstance(cause, OSError) and cause.errno is not None:
            reason = os.strerror(cause.errno).lower()
        cause = cause.__cause__ or cause.__context__
    return clean(reason or str(error) or type(error).__name__, 160)


def _retry_after(value: str | None, now_ns: int) -> float | None:
    """Return the seconds a `Retry-After` header asks for: a number, or a date (RFC 9110)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        due = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if due.tzinfo is None:
        return None
    return max(due.timestamp() - now_ns / 1e9, 0.0)
