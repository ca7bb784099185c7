"""From a request to its records and its answer. The answer leaves when the records are kept."""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.clock import Clock
from console.config.context import Context, SignaturePolicy
from console.journal.record import Journal, JournalError, Kind, NewRecord, Verdict
from console.receiver.answers import APOLOGY, Answer, answer_of, find_route, talk
from console.receiver.forwarding import (
    Forwarded,
    Forwarder,
    ForwardFailed,
    shown_url,
    target_of,
)
from console.receiver.intake import METHODS, Gone, Intake, TurnedAway, take_in
from console.receiver.limits import Counters, Limits
from console.voice.tokens import check_webhook
from console.voice.webhooks import (
    AnswerRequest,
    FallbackRequest,
    Unreadable,
    Webhook,
    name,
    parse_body,
    parse_query,
)

PATHS: Final = {
    Kind.ANSWER: "/webhooks/answer",
    Kind.EVENT: "/webhooks/event",
    Kind.FALLBACK: "/webhooks/fallback",
    Kind.RECORDING: "/webhooks/recording",
    Kind.INPUT: "/webhooks/input",
    Kind.NOTIFY: "/webhooks/notify",
}
"""Where each webhook arrives (contracts/console-headless.md)."""

_JSON: Final = "application/json"
_TEXT: Final = "text/plain; charset=utf-8"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """What we answer."""

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[bytes, bytes], ...] | None = None
    """All headers, where the answer is somebody else's."""
    reason: str | None = None

    def response(self) -> Response:
        if self.headers is None:
            return Response(self.body, self.status, media_type=self.content_type or None)
        response = Response(self.body, self.status)
        response.raw_headers = [*self.headers, *_length(self)]
        return response


def _length(reply: _Reply) -> list[tuple[bytes, bytes]]:
    bodiless = reply.status == 204
    return [] if bodiless else [(b"content-length", str(len(reply.body)).encode("ascii"))]


class WebhookApp:
    """The ASGI application: `/webhooks/*` and `/healthz`, never a 500."""

    def __init__(
        self,
        context: Context,
        journal: Journal,
        clock: Clock,
        *,
        limits: Limits,
        counters: Counters,
        forwarder: Forwarder,
    ) -> None:
        self._context = context
        self._journal = journal
        self._clock = clock
        self._limits = limits
        self._counters = counters
        self._forwarder = forwarder
        secret = context.signature_secret
        self._secrets = (secret.reveal(),) if secret else ()
        self._application = context.application_id or None
        self._router = Router(
            [
                *(Route(path, endpoint=_Hook(self, kind)) for kind, path in PATHS.items()),
                Route("/healthz", endpoint=_Health(counters)),
            ],
            redirect_slashes=False,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._router(scope, receive, watched)
        except Gone:
            return
        except asyncio.CancelledError:
            if not begun:
                await _plain(503, "The receiver is stopping.")(scope, receive, send)
            raise
        except Exception:
            _log.exception("a request to %r failed", scope.get("path"))
            if begun:
                raise
            self._counters.unstored += 1
            await _plain(503, "The webhook could not be handled.")(scope, receive, send)

    async def serve(self, kind: Kind, scope: Scope, receive: Receive, send: Send) -> None:
        """Take in, judge, keep and answer one webhook."""
        request = Request(scope, receive)
        try:
            intake = await take_in(request, self._limits, self._clock)
        except TurnedAway as away:
            self._counters.turned_away += 1
            await _turn_away(away, self._limits, scope, receive, send)
            return
        try:
            reply = await self._handle(kind, intake)
        except JournalError as error:
            if self._counters.storing:
                _log.error("a webhook could not be kept: %s", error)
            self._counters.storing = False
            self._counters.unstored += 1
            await _plain(503, "The webhook could not be stored.")(scope, receive, send)
            return
        self._counters.storing = True
        await reply.response()(scope, receive, send)

    async def _handle(self, kind: Kind, intake: Intake) -> _Reply:
        verdict, reason = self._judge(intake)
        webhook = parse_query(intake.query) if intake.is_get else parse_body(intake.body)
        record = self._record(kind, intake, webhook, verdict, reason)
        refused = verdict is Verdict.REFUSED
        if refused:
            reply = _Reply(status=401, body=_sentence(f"Signature: {reason}"), content_type=_TEXT)
        elif isinstance(webhook, Unreadable):
            text = _sentence(f"Unreadable: {webhook.reason}")
            reply = _Reply(status=400, body=text, content_type=_TEXT, reason=webhook.reason)
        elif kind in (Kind.ANSWER, Kind.FALLBACK):
            return await self._answer(kind, record, intake, webhook)
        else:
            reply = _Reply(status=204)
        await self._journal.append(record, self._reply_record(record, reply))
        self._counters.webhook(self._clock)
        self._counters.refused += refused
        self._counters.unreadable += not refused and isinstance(webhook, Unreadable)
        return reply

    def _judge(self, intake: Intake) -> tuple[Verdict, str | None]:
        policy = self._context.receiver.policy
        if policy is SignaturePolicy.OFF:
            return Verdict.UNCHECKED, None
        check = check_webhook(
            intake.header(b"authorization"),
            intake.payload,
            self._secrets,
            intake.at // 1_000_000_000,
            query=intake.is_get,
            application_id=self._application,
        )
        if check.ok:
            return Verdict.SIGNED, None
        failed = Verdict.REFUSED if policy is SignaturePolicy.REJECT else Verdict.FLAGGED
        return failed, f"{check.part}: {check.text}"

    async def _answer(
        self, kind: Kind, record: NewRecord, intake: Intake, webhook: Webhook
    ) -> _Reply:
        to = webhook.to if isinstance(webhook, AnswerRequest | FallbackRequest) else None
        route = find_route(self._context.routes, to)
        if route is not None and route.forward is not None and kind is Kind.ANSWER:
            return await self._forward(record, intake, route.forward)
        if route is not None and route.forward is not None:
            # The app has just failed: asking it once more would only lose time.
            answer = Answer(talk(APOLOGY))
        else:
            answer = await answer_of(route)
        reply = _Reply(status=200, body=answer.body, content_type=_JSON, reason=answer.problem)
        await self._journal.append(record, self._reply_record(record, reply))
        self._counters.webhook(self._clock)
        return reply

    async def _forward(self, record: NewRecord, intake: Intake, address: str) -> _Reply:
        asked = self._clock.monotonic_ns()
        meta = {"method": intake.method, "url": address}
        try:
            url, target = target_of(address, intake.query)
            meta["url"] = shown_url(url, target)
            request = self._follow_up(Kind.FORWARD_REQUEST, record, intake.body, meta)
            await self._journal.append(record, request)
            self._counters.webhook(self._clock)
            answer = await self._forwarder.ask(url, target, intake)
        except ForwardFailed as error:
            failed = self._follow_up(
                Kind.FORWARD_FAILED, record, b"", {**meta, "error": str(error), "sent": True}
            )
            reply = _Reply(status=200, body=talk(APOLOGY), content_type=_JSON, reason=str(error))
            await self._journal.append(failed, self._reply_record(record, reply))
            return reply
        return await self._pass_on(record, answer, meta, asked)

    async def _pass_on(
        self, record: NewRecord, answer: Forwarded, meta: dict[str, str], asked: int
    ) -> _Reply:
        elapsed = (self._clock.monotonic_ns() - asked) / 1e6
        response = self._follow_up(
            Kind.FORWARD_RESPONSE,
            record,
            answer.body,
            {
                **meta,
                "status": answer.status,
                "content_type": answer.content_type,
                "elapsed_ms": round(elapsed, 3),
            },
        )
        if answer.taken:
            reply = _Reply(
                status=answer.status,
                body=answer.body,
                content_type=answer.content_type,
                headers=answer.headers,
            )
        else:
            reply = _Reply(
                status=200,
                body=talk(APOLOGY),
                content_type=_JSON,
                reason=f"the app answered {answer.status}",
            )
        await self._journal.append(response, self._reply_record(record, reply))
        return reply

    def _record(
        self, kind: Kind, intake: Intake, webhook: Webhook, verdict: Verdict, reason: str | None
    ) -> NewRecord:
        meta: dict[str, object] = {
            "method": intake.method,
            "path": intake.path,
            "query": intake.query.decode("latin-1"),
            "headers": intake.safe_headers(),
            "remote": intake.remote,
        }
        if reason is not None:
            meta["reason"] = reason
        if isinstance(webhook, Unreadable):
            meta["unreadable"] = webhook.reason
        raw = intake.payload
        if verdict is Verdict.REFUSED and len(raw) > self._limits.evidence_bytes:
            meta["bytes"] = len(raw)
            raw = raw[: self._limits.evidence_bytes]
        known = not isinstance(webhook, Unreadable)
        return NewRecord(
            kind=kind,
            at=intake.at,
            mono=intake.mono,
            exchange=secrets.token_hex(8),
            leg=webhook.leg if known else None,
            conversation=webhook.conversation if known else None,
            status=name(webhook),
            verdict=verdict,
            raw=raw,
            meta=meta,
        )

    def _reply_record(self, record: NewRecord, reply: _Reply) -> NewRecord:
        meta: dict[str, object] = {"status": reply.status, "content_type": reply.content_type}
        if reply.reason is not None:
            meta["reason"] = reply.reason
        return self._follow_up(Kind.REPLY, record, reply.body, meta)

    def _follow_up(
        self, kind: Kind, record: NewRecord, raw: bytes, meta: dict[str, object] | dict[str, str]
    ) -> NewRecord:
        # What a refused webhook claims to be about is not repeated under our own name.
        refused = record.verdict is Verdict.REFUSED
        return NewRecord(
            kind=kind,
            at=self._clock.now_ns(),
            mono=self._clock.monotonic_ns(),
            exchange=record.exchange,
            leg=None if refused else record.leg,
            conversation=None if refused else record.conversation,
            raw=raw,
            meta=meta,
        )


class _Hook:
    """The endpoint of one kind of webhook."""

    def __init__(self, app: WebhookApp, kind: Kind) -> None:
        self._app = app
        self._kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app.serve(self._kind, scope, receive, send)


class _Health:
    """`/healthz`: whether webhooks are received and kept."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = {
            "status": "ok" if self._counters.storing else "storing fails",
            "received": self._counters.received,
            "unstored": self._counters.unstored,
        }
        answer: ASGIApp = JSONResponse(state)
        if scope["method"] not in ("GET", "HEAD"):
            answer = _plain(405, "This is read with GET.", allow="GET, HEAD")
        await answer(scope, receive, send)


def _sentence(text: str) -> bytes:
    return f"{text}\n".encode("utf-8", "backslashreplace")


def _plain(status: int, text: str, *, allow: str | None = None) -> Response:
    headers = {} if allow is None else {"allow": allow}
    return Response(_sentence(text), status, headers, media_type="text/plain")


async def _turn_away(
    away: TurnedAway, limits: Limits, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer at once, then read and drop what still comes, so that the answer is not lost.

    A connection closed while bytes are unread is reset, and the reset may overtake the answer.
    """
    body = _sentence(away.text)
    headers = [
        (b"content-type", _TEXT.encode("ascii")),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"connection", b"close"),
    ]
    if away.status == 405:
        headers.append((b"allow", ", ".join(METHODS).encode("ascii")))
    await send({"type": "http.response.start", "status": away.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    waits_for_go = any(name == b"expect" for name, _ in scope["headers"])
    dropped = 0
    more = not waits_for_go
    while more and dropped <= limits.drain_bytes:
        message = await receive()
        dropped += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
    await send({"type": "http.response.body", "body": b"", "more_body": False})
