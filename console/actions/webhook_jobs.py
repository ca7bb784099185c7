"""Sends a stored webhook again, as it came or changed; switches the handing on to the app."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from console.actions.forms import FORMS, Args
from console.actions.hooks import Hooks, kind_of
from console.actions.job import Done, Job
from console.actions.outcome import ActionError
from console.actions.requests import ArgsError
from console.actions.target import Target, TargetKind
from console.client.errors import VoiceUnsafeError
from console.client.safety import parse
from console.clock import Clock
from console.journal.record import Journal, Kind, NewRecord, Record, Verdict
from console.receiver.forwarding import Forwarder, ForwardFailed, shown_url, target_of
from console.receiver.intake import Intake
from console.receiver.limits import Limits
from console.voice.tokens import query_payload, sign_webhook

WEBHOOK_ACTIONS: Final = frozenset({"webhook.replay", "webhook.edit", "webhook.forward"})
ANSWER_SECONDS: Final = 10.0
"""How long an app may take to answer a webhook that is sent again: as for any event (5.4)."""
_SIGNS: Final = ("new", "old", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is sent again, and how."""

    seq: int
    to: str
    sign: str
    body: str | None
    """What it says instead; None: what it said."""


class WebhookJobs:
    """Makes the jobs on webhooks.

    Args:
        hooks: Who takes webhooks.
        source: Where the stored webhooks are.
        journal: Where each exchange is written.
        clock: Where time comes from.
    """

    def __init__(self, hooks: Hooks, source: Journal, journal: Journal, clock: Clock) -> None:
        self.hooks = hooks
        self._source = source
        self._journal = journal
        self._clock = clock
        limits = Limits(forward_seconds=ANSWER_SECONDS)
        self._forwarder = Forwarder(limits, hooks.context.ca_file)

    async def close(self) -> None:
        """Close the connections."""
        await self._forwarder.close()

    def make(self, action: str, target: Target | None, args: Args) -> Job:
        """Return what `action` on `target` does.

        Raises:
            ArgsError: What was typed cannot be sent.
        """
        if action == "webhook.forward":
            return self._switch(args)
        if target is None or target.kind is not TargetKind.WEBHOOK or not target.id.isdecimal():
            raise ArgsError("select a webhook first")
        wanted = self._wanted(int(target.id), args, edited=action == "webhook.edit")
        written = {"webhook": target.id, "to": wanted.to, "sign": wanted.sign}

        async def run(cause: str) -> Done:
            return await self._send(wanted, cause)

        return Job(run=run, args=written)

    # --- sending again ---------------------------------------------------------------------------

    def _wanted(self, seq: int, args: Args, *, edited: bool) -> _Wanted:
        names = {field.name for field in FORMS["edited" if edited else "resend"].fields}
        if unknown := set(args) - names:
            raise ArgsError(f"there is no “{min(unknown)}” here")
        to, sign = args.get("to", "").strip(), args.get("sign", "new").strip()
        reasons = []
        if not to:
            reasons.append("To: the URL of who is to get it")
        else:
            try:
                parse(to)
            except VoiceUnsafeError as error:
                reasons.append(f"To: {error}")
        if sign not in _SIGNS:
            reasons.append(f"Signature is one of {', '.join(_SIGNS)}")
        elif sign == "new" and not self.hooks.context.signature_secret:
            reasons.append("Signature: this context has no signature secret; send it with none")
        body = args.get("body") if edited else None
        if edited and not (body or "").strip():
            reasons.append("Body: there is nothing in it")
        if reasons:
            raise ArgsError(*reasons)
        return _Wanted(seq=seq, to=to, sign=sign, body=body)

    async def _send(self, wanted: _Wanted, cause: str) -> Done:
        record = await self._find(wanted.seq)
        intake, old = self._intake(record, wanted)
        exchange = f"again-{cause}"
        try:
            url, path = target_of(wanted.to, intake.query)
        except ForwardFailed as error:
            raise ActionError(str(error)) from error
        meta = {
            "method": intake.method,
            "url": shown_url(url, path),
            "replays": wanted.seq,
            "cause": cause,
        }
        kind = kind_of(record)
        said = {
            "as": kind.value if kind is not None else "",
            "query": intake.query.decode("latin-1"),
            "headers": intake.safe_headers(),
            "sign": wanted.sign,
            **({"edited": True} if wanted.body is not None else {}),
        }

        def written(kind: Kind, raw: bytes, more: Mapping[str, Any]) -> NewRecord:
            # What a refused webhook claims to be about is not repeated under our own name.
            known = record.verdict is not Verdict.REFUSED
            return NewRecord(
                kind=kind,
                at=self._clock.now_ns(),
                mono=self._clock.monotonic_ns(),
                exchange=exchange,
                leg=record.leg if known else None,
                conversation=record.conversation if known else None,
                status=record.status if kind is Kind.FORWARD_REQUEST else None,
                raw=raw,
                meta={**meta, **more},
            )

        await self._journal.append(written(Kind.FORWARD_REQUEST, intake.payload, said))
        signed = self._signed(intake, wanted.sign, old)
        asked = self._clock.monotonic_ns()
        try:
            answer = await self._forwarder.ask(url, path, signed, kind or Kind.EVENT)
        except ForwardFailed as error:
            await self._journal.append(
                written(Kind.FORWARD_FAILED, b"", {"error": str(error), "sent": True})
            )
            raise ActionError(str(error), error) from error
        told = {
            "status": answer.status,
            "content_type": answer.content_type,
            "elapsed_ms": round((self._clock.monotonic_ns() - asked) / 1e6, 3),
        }
        await self._journal.append(written(Kind.FORWARD_RESPONSE, answer.body, told))
        failed = "" if answer.taken else f"it was answered {answer.status}"
        return Done(failed=failed)

    async def _find(self, seq: int) -> Record:
        async for record in self._source.read(seq - 1, until=seq):
            if kind_of(record) is None:
                raise ActionError(f"record {seq} is a {record.kind.value}, not a webhook")
            return record
        raise ActionError(f"there is no record {seq} in this journal")

    def _intake(self, record: Record, wanted: _Wanted) -> tuple[Intake, str]:
        """Return the request as it came but for its token, and its token of old, if any."""
        meta = record.meta
        method, query = str(meta.get("method", "POST")), str(meta.get("query", ""))
        payload = record.raw
        if wanted.body is not None:
            payload = _edited(wanted.body, is_get=method == "GET")
        elif meta.get("masked"):
            raise ActionError(
                "the digits in it were masked when it was kept; edit it and fill them in"
            )
        elif isinstance(meta.get("bytes"), int):
            raise ActionError("it was refused, and only its beginning was kept; edit it")
        old = ""
        if wanted.sign == "old":
            token = self.hooks.tokens.of(record.exchange)
            if token is None:
                raise ActionError(
                    "its token is not remembered any more: tokens are kept in memory only, and"
                    " only the latest; sign it anew"
                )
            old = token.reveal()
        headers = meta.get("headers")
        kept = headers.items() if isinstance(headers, Mapping) else ()
        return (
            Intake(
                at=self._clock.now_ns(),
                mono=self._clock.monotonic_ns(),
                method=method,
                path=str(meta.get("path", "")),
                query=payload if method == "GET" else query.encode("latin-1", "replace"),
                headers=tuple(
                    (
                        str(name).encode("latin-1", "replace"),
                        str(value).encode("latin-1", "replace"),
                    )
                    for name, value in kept
                ),
                body=b"" if method == "GET" else payload,
                remote="",
            ),
            old,
        )

    def _signed(self, intake: Intake, sign: str, old: str) -> Intake:
        context = self.hooks.context
        token = old
        if sign == "new" and context.signature_secret is not None:
            payload = query_payload(intake.query) if intake.is_get else intake.body
            made = sign_webhook(
                context.signature_secret.reveal(),
                api_key=context.api_key,
                application_id=context.application_id,
                payload=payload,
                now=self._clock.now_ns() // 1_000_000_000,
                jti=str(uuid.uuid4()),
            )
            token = f"Bearer {made}"
        if not token:
            return intake
        headers = (*intake.headers, (b"authorization", token.encode("latin-1")))
        return replace(intake, headers=headers)

    # --- handing on ------------------------------------------------------------------------------

    def _switch(self, args: Args) -> Job:
        hooks, switch = self.hooks, self.hooks.switch
        to, events = args.get("to", "").strip(), args.get("events", "").strip()
        state = args.get("state", "toggle").strip() or "toggle"
        if state not in ("toggle", "on", "off"):
            raise ArgsError("State is one of toggle, on, off")
        for label, url in (("To", to), ("Events to", events)):
            try:
                if url:
                    parse(url)
            except VoiceUnsafeError as error:
                raise ArgsError(f"{label}: {error}") from error
        on = {"on": True, "off": False}.get(state, bool(to) or not hooks.handed_on)
        if on and not (to or hooks.app):
            raise ArgsError("To: the answer URL of your app")
        app = to or hooks.app

        async def run(cause: str) -> Done:
            await self._journal.append(
                NewRecord(
                    kind=Kind.FORWARD_SWITCHED,
                    at=self._clock.now_ns(),
                    mono=self._clock.monotonic_ns(),
                    exchange=f"switch-{cause}",
                    meta={"on": on, "url": app if on else "", "cause": cause},
                )
            )
            switch.on, switch.cause = on, cause if on else ""
            if on and to:
                switch.to, switch.events = to, events or None
            elif on and events:
                switch.events = events
            return Done()

        return Job(run=run, args={"state": "on" if on else "off", **({"to": app} if on else {})})


def _edited(text: str, *, is_get: bool) -> bytes:
    if problem := body_problem(text, is_get=is_get):
        raise ActionError(problem)
    return text.strip().encode() if is_get else text.encode()


def body_problem(text: str, *, is_get: bool) -> str:
    """Return what is wrong with an edited webhook, with its line; empty: nothing is."""
    if is_get:
        ok = text.strip().isascii() and text.strip().isprintable() and " " not in text.strip()
        return "" if ok else "a query is printable ASCII without blanks"
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    except RecursionError:
        return "it is nested too deep"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "it holds half a character"
    return "" if isinstance(value, dict) else "a webhook is a JSON object"
