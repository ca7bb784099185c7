"""Records as the receiver, the client and the performer write them, for tests of the floor."""

import gc
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from console.floor.fold import Floor
from console.journal.record import Kind, Record, Verdict

T0 = 1_772_355_600_000
"""2026-03-01T09:00:00Z, Unix milliseconds."""
API = "https://api.nexmo.com/v1/calls"
SANDBOX = "http://127.0.0.1:8820/sandbox/calls"


def iso(ms: int, places: int = 3) -> str:
    from console.voice.times import format_second, format_timestamp

    return format_timestamp(ms) if places else format_second(ms)


class Scribe:
    """Writes records with rising sequence numbers; `ms` counts from T0."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def add(self, kind: Kind, ms: int, **fields: Any) -> Record:
        record = Record(
            kind=kind,
            at=(T0 + ms) * 1_000_000,
            mono=ms * 1_000_000,
            seq=len(self.records) + 1,
            session="test",
            **fields,
        )
        self.records.append(record)
        return record

    # --- webhooks --------------------------------------------------------------------------------

    def post(
        self,
        body: Mapping[str, Any] | bytes,
        ms: int,
        *,
        kind: Kind = Kind.EVENT,
        query: str = "",
        verdict: Verdict = Verdict.SIGNED,
    ) -> Record:
        raw = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
        told = body if isinstance(body, Mapping) else {}
        return self.add(
            kind,
            ms,
            raw=raw,
            verdict=verdict,
            meta={"method": "POST", "path": "/webhooks/event", "query": query},
            leg=told.get("uuid") or told.get("call_uuid"),
            conversation=told.get("conversation_uuid"),
            status=told.get("status") or told.get("type"),
        )

    def get(
        self, fields: Mapping[str, Any], ms: int, *, kind: Kind = Kind.ANSWER, exchange: str = ""
    ) -> Record:
        flat = {k: v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()}
        query = urlencode(flat)
        return self.add(
            kind,
            ms,
            exchange=exchange,
            raw=query.encode(),
            verdict=Verdict.SIGNED,
            meta={"method": "GET", "path": "/webhooks/answer", "query": query},
            leg=fields.get("uuid"),
            conversation=fields.get("conversation_uuid"),
            status=kind.value.partition(".")[2],
        )

    def reply(self, ncco: Any, ms: int, *, to: Record, status: int = 200) -> Record:
        return self.add(
            Kind.REPLY,
            ms,
            exchange=to.exchange,
            raw=json.dumps(ncco).encode() if ncco is not None else b"",
            leg=to.leg,
            conversation=to.conversation,
            meta={"status": status, "content_type": "application/json"},
        )

    # --- our own requests ------------------------------------------------------------------------

    def asked(
        self,
        id_: str,
        action: str,
        ms: int,
        *,
        leg: str | None = None,
        conversation: str | None = None,
        **args: Any,
    ) -> Record:
        return self.add(
            Kind.ACTION_ASKED,
            ms,
            exchange=id_,
            leg=leg,
            conversation=conversation,
            meta={"action": action, "args": args, "target": leg or conversation},
        )

    def action_failed(self, id_: str, reason: str, ms: int) -> Record:
        return self.add(
            Kind.ACTION_FAILED, ms, exchange=id_, meta={"action": "x", "reason": reason}
        )

    def request(
        self,
        exchange: str,
        method: str,
        url: str,
        ms: int,
        *,
        body: Any = None,
        cause: str | None = None,
        intent: str | None = None,
        leg: str | None = None,
    ) -> Record:
        meta = {"method": method, "url": url, "cause": cause, "intent": intent}
        return self.add(
            Kind.REST_REQUEST,
            ms,
            exchange=exchange,
            leg=leg,
            raw=b"" if body is None else json.dumps(body).encode(),
            meta={k: v for k, v in meta.items() if v is not None},
        )

    def response(
        self,
        exchange: str,
        method: str,
        url: str,
        ms: int,
        *,
        status: int = 200,
        body: Any = None,
        cause: str | None = None,
        elapsed_ms: float = 0.0,
        leg: str | None = None,
    ) -> Record:
        meta = {
            "method": method,
            "url": url,
            "cause": cause,
            "status": status,
            "elapsed_ms": elapsed_ms,
        }
        return self.add(
            Kind.REST_RESPONSE,
            ms,
            exchange=exchange,
            leg=leg,
            raw=b"" if body is None else json.dumps(body).encode(),
            meta={k: v for k, v in meta.items() if v is not None},
        )

    def failed(
        self, exchange: str, method: str, url: str, ms: int, *, cause: str | None = None
    ) -> Record:
        return self.add(
            Kind.REST_FAILED,
            ms,
            exchange=exchange,
            meta={
                "method": method,
                "url": url,
                "cause": cause,
                "error": "the connection was reset",
                "sent": True,
            },
        )

    def put(
        self,
        id_: str,
        leg: str,
        body: Any,
        ms: int,
        *,
        below: str = "",
        method: str = "PUT",
        status: int = 204,
        cause: str | None = None,
        took: int = 20,
        answer: Any = None,
    ) -> None:
        """Write a request and its answer `took` ms later."""
        url = f"{API}/{leg}{'/' if below else ''}{below}"
        self.request(id_, method, url, ms, body=body, cause=cause, leg=leg)
        self.response(id_, method, url, ms + took, status=status, cause=cause, leg=leg, body=answer)

    def look(
        self, leg: str, ms: int, *, took: int = 5, cause: str | None = None, **told: Any
    ) -> None:
        """Write a read-back of the sandbox that was asked for at `ms`."""
        body = {
            "uuid": leg,
            "status": "answered",
            "muted": False,
            "earmuffed": False,
            "playing": None,
            "heard": [],
            "pressed": "",
            **told,
        }
        url = f"{SANDBOX}/{leg}"
        id_ = f"look-{leg}-{ms}"
        self.request(id_, "GET", url, ms, cause=cause, leg=leg)
        self.response(id_, "GET", url, ms + took, body=body, elapsed_ms=took, cause=cause, leg=leg)

    def read(self, leg: str, ms: int, *, took: int = 5, **told: Any) -> None:
        """Write a `GET /v1/calls/{uuid}` that was asked for at `ms`."""
        url = f"{API}/{leg}"
        id_ = f"read-{leg}-{ms}"
        self.request(id_, "GET", url, ms, leg=leg)
        told = {name.rstrip("_"): value for name, value in told.items()}
        body = {"_links": {"self": {"href": f"/v1/calls/{leg}"}}, "uuid": leg, **told}
        self.response(id_, "GET", url, ms + took, body=body, elapsed_ms=took, leg=leg)


def base(
    leg: str, conversation: str, ms: int, *, from_: str, to: str, direction: str
) -> dict[str, Any]:
    """Return the fields that every status event has (5.3)."""
    return {
        "headers": {},
        "from": from_,
        "to": to,
        "uuid": leg,
        "conversation_uuid": conversation,
        "direction": direction,
        "timestamp": iso(T0 + ms),
    }


def seen(floor: Floor) -> tuple[object, ...]:
    """Return everything that can be seen of a floor, to be compared."""
    return (
        floor.tree(live=False),
        floor.tree(live=True),
        floor.attempts(),
        floor.recordings(),
        floor.unplaced(),
        floor.figures(),
    )


def leg_of(floor: Floor, uuid: str) -> Any:
    """Return a leg that must be there."""
    leg = floor.leg(uuid)
    assert leg is not None
    return leg


def only_webhooks(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if record.verdict is not Verdict.OWN]


def values_of(root: object) -> int:
    """Return how many values hang on it, whatever holds them."""
    known: set[int] = set()
    found: list[object] = [root]
    while found:
        some = [one for one in found if id(one) not in known and not isinstance(one, type)]
        known.update(map(id, some))
        found = [one for one in gc.get_referents(*some) if id(one) not in known]
    return len(known)
