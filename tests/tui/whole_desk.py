"""A desk that has every view, with something in each of them, and that sends nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from console.actions.account import Account, AccountState
from console.actions.forms import NO_ARGS, Args
from console.actions.hooks import Hooks
from console.actions.perform import Performer
from console.actions.sandbox_page import PageState, SandboxPage
from console.actions.target import Target
from console.actions.webhook_jobs import WebhookJobs
from console.client.dial import Dialer
from console.client.sandbox_control import SandboxControl
from console.client.sandbox_stage import SandboxStage, Stage, StageClock, Try
from console.client.voice_client import VoiceClient
from console.config.context import Confirm, Context, Frame
from console.journal.record import Kind
from console.listening.room import Listening
from console.secret import Secret
from console.voice.applications import parse_application
from console.voice.own_numbers import parse_number_page
from tests.tui.scene import Scene, busy_floor, stamp
from tests.tui.standing_desk import SceneJournal, StandingDesk
from tests.tui.test_applications import APPLICATIONS, NUMBERS, OURS, OWN
from tests.tui.test_audio import hear, no_card
from tests.tui.test_webhooks_screen import Receiver, a_desk, called, event

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9001"
CON = "CON-1f5a2b10-0000-4000-8000-000000000001"


class AskedPerformer(Performer):
    """Checks as the real one does, and keeps what it was asked to do instead of doing it."""

    started: list[tuple[str, Target | None, Args]]

    def start(self, action: str, target: Target | None, args: Args = NO_ARGS, **_: str) -> str:
        self.started.append((action, target, dict(args)))
        return f"attempt-{len(self.started)}"


class StillAccount(Account):
    """An account that was read, and is not read again."""

    def refresh(self) -> None:
        pass


class StillPage(SandboxPage):
    """A sandbox that was looked at, and is not looked at again."""

    def refresh(self) -> None:
        pass


def whole_floor() -> Scene:
    """The busy floor, with webhooks that were answered and a recording."""
    scene = busy_floor()
    hooks = Receiver(scene)
    hooks.replied(hooks.came(Kind.ANSWER, called()), 200, b'[{"action": "talk", "text": "Hi"}]')
    hooks.replied(hooks.came(Kind.EVENT, event(scene, "answered", surprise={"a": 1})))
    hooks.replied(hooks.came(Kind.EVENT, event(scene, "completed", duration="12")), 500, b"oh")
    scene.webhook(
        {
            "recording_url": "https://api.nexmo.com/v1/files/aaaaaaaa-bbbb-4ccc-8ddd-000000000001",
            "recording_uuid": "bbbbbbbb-cccc-4ddd-8eee-000000000001",
            "size": 12228,
            "start_time": "2025-03-01T08:59:00Z",
            "end_time": "2025-03-01T08:59:12Z",
            "conversation_uuid": CON,
            "timestamp": stamp(scene.clock.now_ns()),
        }
    )
    return scene


@cache
def a_key() -> Secret:
    """A private key that is nobody's."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Secret(key.private_bytes(serialization.Encoding.PEM, *form).decode())


@asynccontextmanager
async def whole_desk(
    folder: Path,
    standing: StandingDesk | None = None,
    *,
    confirm: Confirm = Confirm.ALWAYS,
    key: bool = True,
) -> AsyncIterator[StandingDesk]:
    """A standing desk with all that the views ask for; what is heard is kept in `folder`."""
    desk = standing or StandingDesk(whole_floor(), confirm=confirm)
    scene = desk.scene
    desk.context = replace(
        desk.context,
        frame=Frame(word="PROD", color="error")
        if confirm is Confirm.ALWAYS
        else desk.context.frame,
    )
    desk.hooks = hooks = a_desk(scene).hooks or Hooks(desk.context)
    context = Context(
        name="whole",
        application_id=OWN,
        api_url="http://127.0.0.1:9",
        api_key="a1b2c3d4",
        api_secret=Secret("s3cr3t-of-the-account"),
        private_key=a_key() if key else None,
        sandbox_url="http://127.0.0.1:9",
    )
    client = VoiceClient(context, SceneJournal(scene.records), clock=desk.clock)
    account = StillAccount(client.wire, desk.clock, ours=OURS)
    account.state = AccountState(
        applications=tuple(map(parse_application, APPLICATIONS)),
        numbers=parse_number_page({"count": len(NUMBERS), "numbers": NUMBERS}).numbers,
        read_at_ms=desk.clock.now_ns() // 1_000_000,
    )
    desk.account = account
    desk.sandbox_page = StillPage(SandboxStage(client.wire, "http://127.0.0.1:9"), desk.clock)
    desk.sandbox_page.state = PageState(
        stage=Stage(
            numbers=("447700900000",),
            seed=1,
            clock=StageClock(mode="virtual", now=stamp(scene.clock.now_ns()), due=2),
            behaviours={"447700900155": {"then": "busy"}},
            faults={"duplicate": 0.25},
        ),
        tries=(Try(url="http://127.0.0.1:41234/webhooks/event", method="POST", status=500),),
        seen_at_ms=desk.clock.now_ns() // 1_000_000,
    )
    desk.listening = Listening(desk.clock, no_card)
    if desk.store.floor.leg(LEG) is not None:
        hear(desk, folder, LEG)
    jobs = WebhookJobs(hooks, desk.journal, desk.journal, desk.clock)
    performer = AskedPerformer(
        client=client,
        dialer=Dialer(client, desk.clock, event_url=None),
        sandbox=SandboxControl(client.wire, "http://127.0.0.1:9"),
        account=account,
        journal=desk.journal,
        store=desk.store,
        clock=desk.clock,
        numbers=desk.numbers,
        event_url="http://127.0.0.1:41234/webhooks/event",
        downloads=folder,
        webhooks=jobs,
        listening=desk.listening,
        deaf=None,
    )
    performer.started = []
    desk.performer = performer  # type: ignore[assignment]  # it notes the same as the noted one
    try:
        yield desk
    finally:
        await performer.close()
        await jobs.close()
        await account.close()
        await desk.sandbox_page.close()
        await client.close()
