"""From a whole request to its records and its reply. The reply leaves when they are kept."""

import asyncio
import itertools
import secrets
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

from console.clock import Clock
from console.config.context import Context, SignaturePolicy
from console.journal.record import Journal, JournalError, Kind, NewRecord, Verdict
from console.receiver.answers import (
    APOLOGY,
    Answer,
    Replies,
    answer_of,
    find_route,
    route_of_event,
    talk,
)
from console.receiver.forwarding import (
    Forwarded,
    Forwarder,
    ForwardFailed,
    shown_url,
    target_of,
)
from console.receiver.intake import Intake
from console.receiver.limits import Counters, Limits
from console.receiver.reply import JSON, TEXT, Reply, sentence
from console.voice.tokens import check_webhook
from console.voice.webhook_steps import kept_of
from console.voice.webhooks import (
    AnswerRequest,
    FallbackRequest,
    InputEvent,
    StatusEvent,
    Unreadable,
    Webhook,
    name,
    parse_body,
    parse_query,
)
from console.voice.wire import UnreadableJson, decode_json

_ASKS: Final = frozenset({Kind.ANSWER, Kind.FALLBACK})
"""The platform waits for an NCCO."""
_A_CALL_WAITS: Final = _ASKS | {Kind.FORWARD_RESPONSE, Kind.FORWARD_FAILED}


class Handler:
    """Judges, keeps and answers the webhooks of one context."""

    def __init__(
        self,
        context: Context,
        journal: Journal,
        clock: Clock,
        *,
        limits: Limits,
        counters: Counters,
        forwarder: Forwarder,
        replies: Replies | None = None,
    ) -> None:
        self._context = context
        self._replies = replies
        self._journal = journal
        self._clock = clock
        self._limits = limits
        self._counters = counters
        self._forwarder = forwarder
        secret = context.signature_secret
        self._secrets = (secret.reveal(),) if secret else ()
        self._application = context.application_id or None
        self._run = secrets.token_hex(4)
        self._exchanges = itertools.count(1)

    async def handle(self, kind: Kind, intake: Intake) -> Reply:
        """Keep a webhook and return its reply.

        Raises:
            JournalError: It could not be kept: it must not be answered as if it were.
        """
        verdict, judged = self._judge(intake)
        webhook = parse_query(intake.query) if intake.is_get else parse_body(intake.body)
        record = self._record(kind, intake, webhook, verdict, judged)
        self._forwarder.tokens.keep(record.exchange, intake.header(b"authorization"))
        refused = verdict is Verdict.REFUSED
        if refused:
            reply = Reply(
                status=401, body=sentence(f"Signature: {judged['reason']}"), content_type=TEXT
            )
        elif isinstance(webhook, Unreadable) and _is_broken(intake, webhook):
            text = sentence(f"Unreadable: {webhook.reason}")
            reply = Reply(status=400, body=text, content_type=TEXT, reason=webhook.reason)
        elif (told := self._told(kind, intake, webhook)) is not None:
            reply = Reply(status=200, body=told, content_type=JSON)
        elif kind in (Kind.ANSWER, Kind.FALLBACK):
            return await self._answer(kind, record, intake, webhook)
        elif (app := self._app_of_event(kind, webhook)) is not None:
            return await self._forward(record, intake, app, Reply(status=204))
        else:
            reply = Reply(status=204)
        await self._keep(record, self._reply_record(record, reply))
        self._counters.webhook(self._clock)
        self._counters.refused += refused
        self._counters.unreadable += reply.status == 400
        return reply

    def _app_of_event(self, kind: Kind, webhook: Webhook) -> str | None:
        switch = self._forwarder.switch
        return switch.app_of_event(route_of_event(self._context.routes, webhook), kind)

    def _told(self, kind: Kind, intake: Intake, webhook: Webhook) -> bytes | None:
        """Return what the URL itself says is to be answered."""
        if self._replies is None or not intake.query:
            return None
        query = dict(parse_qsl(intake.query.decode("latin-1")))
        return self._replies(kind, query, webhook)

    async def _keep(self, *records: NewRecord) -> None:
        """Keep records, or give up before the platform does: then it asks once more (5.4)."""
        urgent = records[0].kind in _A_CALL_WAITS
        seconds = self._limits.store_seconds
        if urgent:
            seconds = min(seconds, self._forwarder.seconds(Kind.ANSWER))
        try:
            async with asyncio.timeout(seconds):
                await self._journal.append(*records)
        except TimeoutError as error:
            raise JournalError(
                f"The journal has not kept a webhook within {seconds:g} s; look at its disk."
            ) from error

    def _judge(self, intake: Intake) -> tuple[Verdict, dict[str, Any]]:
        """Return the verdict, and what the record tells of how it came about."""
        policy = self._context.receiver.policy
        if policy is SignaturePolicy.OFF:
            return Verdict.UNCHECKED, {}
        authorization = intake.header(b"authorization")
        check = check_webhook(
            authorization,
            intake.payload,
            self._secrets,
            intake.at // 1_000_000_000,
            query=intake.is_get,
            application_id=self._application,
        )
        judged: dict[str, Any] = {"signature": kept_of(check, authorization, intake.payload)}
        if check.ok:
            return Verdict.SIGNED, judged
        failed = Verdict.REFUSED if policy is SignaturePolicy.REJECT else Verdict.FLAGGED
        return failed, {**judged, "reason": f"{check.part}: {check.text}"}

    async def _answer(
        self, kind: Kind, record: NewRecord, intake: Intake, webhook: Webhook
    ) -> Reply:
        route = find_route(self._context.routes, _called(webhook))
        app = self._forwarder.switch.app(route)
        if app is not None and kind is Kind.ANSWER:
            apology = Reply(status=200, body=talk(APOLOGY), content_type=JSON)
            return await self._forward(record, intake, app, apology)
        if app is not None:
            # The app has just failed: asking it once more would only lose time.
            answer = Answer(talk(APOLOGY))
        elif route is not None and route.forward is not None:
            answer = Answer(talk(APOLOGY), "handing on to the app is switched off")
        else:
            answer = await answer_of(route)
        reply = Reply(status=200, body=answer.body, content_type=JSON, reason=answer.problem)
        await self._keep(record, self._reply_record(record, reply))
        self._counters.webhook(self._clock)
        return reply

    async def _forward(
        self, record: NewRecord, intake: Intake, address: str, instead: Reply
    ) -> Reply:
        """Ask the app; where it gives no answer that counts the reply is `instead`."""
        meta: dict[str, object] = {"method": intake.method, "url": address}
        if cause := self._forwarder.switch.cause:
            meta["switch"] = cause
        unkept: tuple[NewRecord, ...] = (record,)
        try:
            url, target = target_of(address, intake.query)
            meta["url"] = shown_url(url, target)
            request = self._follow_up(Kind.FORWARD_REQUEST, record, intake.body, meta)
            await self._keep(record, request)
            self._counters.webhook(self._clock)
            unkept = ()
            asked = self._clock.monotonic_ns()
            answer = await self._forwarder.ask(url, target, intake, record.kind)
        except ForwardFailed as error:
            failed = self._follow_up(
                Kind.FORWARD_FAILED,
                record,
                b"",
                {**meta, "error": str(error), "sent": not unkept},
            )
            reply = replace(instead, reason=str(error))
            await self._keep(*unkept, failed, self._reply_record(record, reply))
            if unkept:
                self._counters.webhook(self._clock)
            return reply
        return await self._pass_on(record, answer, meta, asked, instead)

    async def _pass_on(
        self,
        record: NewRecord,
        answer: Forwarded,
        meta: dict[str, object],
        asked: int,
        instead: Reply,
    ) -> Reply:
        # `elapsed` is the app's time alone: what we add to it is told apart.
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
            reply = Reply(
                status=answer.status,
                body=answer.body,
                content_type=answer.content_type,
                headers=answer.headers,
            )
        else:
            reply = replace(instead, reason=f"the app answered {answer.status}")
        await self._keep(response, self._reply_record(record, reply))
        return reply

    def _record(
        self,
        kind: Kind,
        intake: Intake,
        webhook: Webhook,
        verdict: Verdict,
        judged: dict[str, Any],
    ) -> NewRecord:
        meta: dict[str, object] = {
            "method": intake.method,
            "path": intake.path,
            "query": intake.query.decode("latin-1"),
            "headers": intake.safe_headers(),
            "remote": intake.remote,
        }
        meta |= judged
        if isinstance(webhook, Unreadable):
            meta["unreadable"] = webhook.reason
        raw = intake.payload
        if verdict is Verdict.REFUSED and len(raw) > self._limits.evidence_bytes:
            meta["bytes"] = len(raw)
            raw = raw[: self._limits.evidence_bytes]
        return NewRecord(
            kind=kind,
            at=intake.at,
            mono=intake.mono,
            exchange=f"{self._run}-{next(self._exchanges):x}",
            leg=webhook.leg,
            conversation=webhook.conversation,
            status=name(webhook),
            verdict=verdict,
            raw=raw,
            meta=meta,
        )

    def _reply_record(self, record: NewRecord, reply: Reply) -> NewRecord:
        meta: dict[str, object] = {"status": reply.status, "content_type": reply.content_type}
        if record.kind in _ASKS:
            meta["to"] = record.kind.value
        if reply.reason is not None:
            meta["reason"] = reply.reason
        return self._follow_up(Kind.REPLY, record, reply.body, meta)

    def _follow_up(
        self, kind: Kind, record: NewRecord, raw: bytes, meta: dict[str, object]
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


def _is_broken(intake: Intake, webhook: Unreadable) -> bool:
    """Whether it could not even be read, as against: it is read, but of no shape we know."""
    if intake.is_get:
        return not (webhook.extra or webhook.leg or webhook.conversation)
    try:
        return not isinstance(decode_json(intake.body), dict)
    except UnreadableJson:
        return True


def _called(webhook: Webhook) -> str | None:
    """Return the number that was called."""
    match webhook:
        case AnswerRequest() | StatusEvent() | InputEvent():
            return webhook.to
        case FallbackRequest():
            return _called(webhook.original)
        case _:
            to = webhook.extra.get("to")
            return to if isinstance(to, str) else None
