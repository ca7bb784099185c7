"""The view of webhooks: the list, one of them opened, its signature, and what is sent again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from console.actions.hooks import Hooks
from console.actions.target import Target
from console.config.context import Context, Route
from console.journal.record import Kind, NewRecord, Verdict
from console.secret import Secret
from console.voice.tokens import check_webhook, sign_webhook
from console.voice.webhook_steps import kept_of
from console.voice.webhooks import name, parse_body
from tests.tui.scene import OURS, Scene, stamp
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9001"
ROOM = "CON-1f5a2b10-0000-4000-8000-000000000001"
CALLER = "447700900001"
SECRET = "a signature secret"


class Receiver:
    """Writes webhooks and what became of them as the receiver does."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.count = 0
        self.last_hash = ""
        """SHA-256 of the body that came last."""

    def came(
        self,
        kind: Kind,
        body: Mapping[str, Any],
        *,
        verdict: Verdict = Verdict.SIGNED,
        raw: bytes | None = None,
        signed: bytes | None = None,
    ) -> NewRecord:
        raw = json.dumps(body, separators=(",", ":")).encode() if raw is None else raw
        event = parse_body(raw)
        self.count += 1
        self.last_hash = hashlib.sha256(raw).hexdigest()
        now = self.scene.clock.now_ns() // 1_000_000_000
        token = "Bearer " + sign_webhook(
            SECRET, api_key="a1", application_id="", payload=signed or raw, now=now, jti="j"
        )
        check = check_webhook(token, raw, [SECRET], now)
        reason = {} if check.ok else {"reason": f"{check.part}: {check.text}"}
        record = NewRecord(
            kind=kind,
            at=self.scene.clock.now_ns(),
            mono=self.scene.clock.monotonic_ns(),
            exchange=f"run-{self.count:x}",
            leg=event.leg,
            conversation=event.conversation,
            status=name(event),
            verdict=verdict,
            raw=raw,
            meta={
                "method": "POST",
                "path": f"/webhooks/{kind.value.partition('.')[2]}",
                "query": "",
                "headers": {"content-type": "application/json", "user-agent": "Apache"},
                "remote": "127.0.0.1",
                "signature": kept_of(check, token, raw),
                **reason,
            },
        )
        self.scene.add(record)
        return record

    def told(self, record: NewRecord, kind: Kind, raw: bytes = b"", **meta: Any) -> None:
        self.scene.add(
            NewRecord(
                kind=kind,
                at=self.scene.clock.now_ns(),
                mono=self.scene.clock.monotonic_ns(),
                exchange=record.exchange,
                leg=record.leg,
                conversation=record.conversation,
                raw=raw,
                meta=meta,
            )
        )

    def replied(self, record: NewRecord, status: int = 204, raw: bytes = b"") -> None:
        self.scene.clock.tick(0.012)
        more = {"to": record.kind.value} if record.kind is Kind.ANSWER else {}
        kind = "application/json" if raw else ""
        self.told(record, Kind.REPLY, raw, status=status, content_type=kind, **more)


def called() -> dict[str, Any]:
    return {"from": CALLER, "to": OURS, "uuid": LEG, "conversation_uuid": ROOM}


def event(scene: Scene, status: str, **more: Any) -> dict[str, Any]:
    return {
        **called(),
        "status": status,
        "direction": "inbound",
        "timestamp": stamp(scene.clock.now_ns()),
        **more,
    }


def some_webhooks() -> tuple[Scene, Receiver]:
    scene = Scene()
    hooks = Receiver(scene)
    answer = hooks.came(Kind.ANSWER, called())
    app = {"method": "POST", "url": "http://localhost:3000/webhooks/answer"}
    hooks.told(answer, Kind.FORWARD_REQUEST, answer.raw, **app)
    scene.clock.tick(0.041)
    ncco = b'[{"action":"talk","text":"Hello"},{"action":"input","type":["dtmf"]}]'
    told = {"status": 200, "content_type": "application/json", "elapsed_ms": 41.0}
    hooks.told(answer, Kind.FORWARD_RESPONSE, ncco, **app, **told)
    hooks.replied(answer, 200, ncco)
    scene.clock.tick(1)
    answered = event(scene, "answered", start_time=None, surprise={"a": 1})
    hooks.replied(hooks.came(Kind.EVENT, answered))
    hooks.replied(hooks.came(Kind.EVENT, answered))
    scene.clock.tick(1)
    body = event(scene, "completed", duration="12", price="0.01")
    compact = json.dumps(body, separators=(",", ":")).encode()
    spaced = json.dumps(body, indent=2).encode()
    refused = hooks.came(Kind.EVENT, body, verdict=Verdict.REFUSED, raw=spaced, signed=compact)
    hooks.replied(refused, 401, b"Signature\n")
    return scene, hooks


APP = "http://localhost:3000/hooks/answer"
HERE = "http://127.0.0.1:41234"


def a_desk(scene: Scene, *, sandbox: bool = True, app: str = APP) -> StandingDesk:
    desk = StandingDesk(scene)
    desk.hooks = Hooks(
        Context(
            name="desk",
            signature_secret=Secret(SECRET),
            routes=(Route(number="*", forward=app),),
            sandbox_url=HERE if sandbox else None,
        ),
        own=lambda: HERE,
    )
    return desk


def row_with(seen: Shown, part: str) -> str:
    found = [line for line in seen.lines if part in line]
    assert found, f"{part!r} is in no line:\n{seen.text}"
    return found[0]


async def opened(seen: Shown) -> None:
    await seen.press("3")
    assert seen.screen.views.here == "webhook"
    await seen.wait_for(lambda: "completed" in seen.text)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 42)])
async def test_what_came_and_how_it_was_answered_is_listed_and_opened(
    size: tuple[int, int],
) -> None:
    scene, receiver = some_webhooks()
    async with shown(a_desk(scene), size=size) as seen:
        await opened(seen)
        rows = [line for line in seen.lines if CALLER in line]
        assert [row.split()[3] for row in rows] == ["completed", "answered", "answered", "answer"]
        assert "refused ✗  401" in rows[0]
        assert "2nd" in rows[1]
        assert "12 ms  signed ✓   204" in rows[2]
        assert "53 ms  signed ✓   200 [talk, i" in rows[3]
        counts = "1 answered + 0 failed" if size[0] > 80 else "1 ✓ + 0 ✗"
        assert f"{counts} · adds 12 ms, p99 12" in seen.text
        assert "localhost:3000" in seen.text
        assert all(len(line) == size[0] for line in seen.lines)
        wide = size[0] >= 110
        assert ("app 41 ms +12 ms" in rows[3]) is wide
        assert ("12 s · 0.01 EUR" in rows[0]) is wide, "a wide row says what the webhook says"
        assert (ROOM[:8] in rows[0]) is wide

        await seen.press("enter")
        assert "webhooks > completed" in seen.lines[0]
        assert "our reply: 401" in seen.text
        assert ("answered 401, kept as evidence" in seen.text) is wide
        await seen.press(*([] if wide else ["]"]))
        assert "answered 401, kept as evidence" in seen.text
        await seen.press("V")
        assert "Wrong: the payload hash." in seen.text
        assert "re-serialised" in seen.text
        assert receiver.last_hash in seen.text
        await seen.press("escape", "G", "k", "enter")
        await seen.press(*([] if wide else ["]"]))
        await seen.wait_for(lambda: "→ answered" in seen.text)
        assert "surprise" in row_with(seen, "not known")

        # What comes meanwhile is in the list, and the cursor stays on the one that was opened.
        cursor = seen.app.screen.query_one("#webhooks").cursor  # type: ignore[attr-defined]
        waits = receiver.came(Kind.ANSWER, {**called(), "uuid": LEG})
        await seen.press("escape")
        await seen.wait_for(lambda: "left" in seen.text)
        assert seen.app.screen.query_one("#webhooks").cursor == cursor  # type: ignore[attr-defined]
        assert "1 newer ↑" in seen.text
        assert "5.0 s left" in row_with(seen, " left")
        scene.clock.tick(5.3)
        await seen.settle()
        await seen.wait_for(lambda: "✗ late 5" in seen.text)
        receiver.replied(waits, 200, b"[]")
        await seen.press("A")
        await seen.wait_for(lambda: "newer" not in seen.text)
        await seen.press("L")
        assert " > ".join(seen.screen.views.crumbs) == "calls > webhooks > ladder"
        await seen.press("escape")
        assert " > ".join(seen.screen.views.crumbs) == "calls > webhooks"


@pytest.mark.slow
async def test_filter_pause_and_a_floor_without_webhooks() -> None:
    scene, receiver = some_webhooks()
    async with shown(a_desk(scene), size=(100, 30)) as seen:
        await opened(seen)
        for text, count in [
            ("verdict:refused", 1),
            ("answer>=400", 1),
            ("elapsed>50", 1),
            ("status:answered signed !from:4420*", 2),
            ("talk", 1),
        ]:
            await seen.press("slash", *text, "enter")
            rows = [line for line in seen.lines if CALLER in line]
            assert len(rows) == count, text
            assert f"{count} of 4" in seen.text
            await seen.press("escape")
        await seen.press("slash", *"zz:1", "enter")
        assert "no field 'zz'" in seen.text
        await seen.press("escape", "slash", *"nowhere", "enter")
        assert "No webhook passes the filter." in seen.text
        assert "Esc shows all of them." in seen.text
        await seen.press("escape", "p")
        receiver.came(Kind.EVENT, event(scene, "busy"))
        await seen.wait_for(lambda: "PAUSED · 1 waiting" in seen.lines[0])
        assert "busy" not in seen.text
        await seen.press("p")
        await seen.wait_for(lambda: "busy" in seen.text)
        notes = dict(seen.app.views.screen("webhook").notes)
        assert "handing it on added" in notes["app 41 ms +3 ms"]

    async with shown(StandingDesk(Scene()), size=(80, 24)) as seen:
        await seen.press("3")
        assert "No webhook came yet." in seen.text
        assert "Point the application's answer and event URL here:" in seen.text
        assert f"{HERE}/webhooks/answer" in seen.text
        await seen.press("r")
        assert "select a webhook first" in seen.lines[0]
        await seen.press("enter", "f")
        assert "Hand on to your app" in seen.text


async def test_a_webhook_is_sent_again_by_choice_edited_and_handing_on_is_switched() -> None:
    scene, _ = some_webhooks()
    desk = a_desk(scene)
    started = desk.performer.started
    async with shown(desk, size=(100, 30)) as seen:
        await opened(seen)
        await seen.look()
        await seen.press("r")
        assert "http://localhost:3000/hooks/event" in row_with(seen, "your app")
        assert f"{HERE}/webhooks/event" in row_with(seen, "this console")
        await seen.press("c", "enter")
        seq = next(each.seq for each in scene.records if each.verdict is Verdict.REFUSED)
        aim = Target.webhook(seq)
        to = f"{HERE}/webhooks/event"
        assert started == [("webhook.replay", aim, {"to": to, "sign": "new"})]

        await seen.press("e", "a")
        assert '"status": "completed"' in seen.text
        await seen.press("X")
        assert "line 1, column 1" in seen.text
        await seen.press("tab", "enter")
        assert len(started) == 1
        assert "✗ line 1, column 1" in seen.text
        await seen.press("shift+tab", "backspace", "tab", "enter")
        action, target, args = started[1]
        assert (action, target, args["to"]) == ("webhook.edit", aim, APP.replace("answer", "event"))
        assert json.loads(args["body"])["status"] == "completed"

        await seen.press("f")
        assert started[2] == ("webhook.forward", None, {})
        await seen.press("colon", *"forward http://127.0.0.1:9/x", "enter")
        assert started[3] == ("webhook.forward", None, {"to": "http://127.0.0.1:9/x"})


async def test_where_calls_are_real_another_machine_is_asked_about() -> None:
    scene, _ = some_webhooks()
    desk = a_desk(scene, sandbox=False, app="https://app.example.com/hooks/answer")
    async with shown(desk, size=(80, 24)) as seen:
        await opened(seen)
        await seen.look()
        for last in ("enter", "y"):
            await seen.press("r", "a", "enter")
            assert "takes it for true" in " ".join(seen.text.replace("│", " ").split())
            assert not desk.performer.started
            await seen.press(last)
        ((action, _, args),) = desk.performer.started
        assert (action, args["to"]) == ("webhook.replay", "https://app.example.com/hooks/event")
        await seen.press("f", "enter")
        assert len(desk.performer.started) == 1
