"""A desk whose floor is a scene: it shows everything, and writes down what it is asked to do."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from console.actions.account import Account
from console.actions.account_jobs import ACCOUNT_ACTIONS, AccountJobs
from console.actions.forms import NO_ARGS, Args
from console.actions.hooks import Hooks
from console.actions.outcome import Waiting
from console.actions.registry import BY_ID
from console.actions.requests import ArgsError
from console.actions.sandbox_page import SandboxPage
from console.actions.sending import Sending, to_leg
from console.actions.situations import Situations
from console.actions.target import Situation, Target, TargetKind
from console.actions.undoing import Refused, Step
from console.client.pacing import Gauge
from console.config.context import Confirm, Context, Frame
from console.desk.status import Connection, DeskStatus
from console.floor.store import Store
from console.journal.record import NewRecord, Record
from console.listening.room import Listening
from tests.fake_clock import FakeClock
from tests.tui.scene import OURS, Scene


@dataclass
class NotedPerformer:
    """Keeps what it was asked to do; situations are those of the scene's floor."""

    store: Store
    started: list[tuple[str, Target | None, Args]] = field(default_factory=list)
    waiting: tuple[Waiting, ...] = ()
    wrong: tuple[str, ...] = ()
    replay: bool = False
    account: Account | None = None

    def situation(self, target: Target | None) -> Situation:
        floor = self.store.floor
        if self.account is not None:
            return Situations(
                self.store,
                self.account,
                FakeClock(),
                sandbox=True,
                can_send=lambda: True,
                waiting=lambda: (),
            ).of(target)
        leg = floor.leg(target.id) if target and target.kind is TargetKind.LEG else None
        room_id = leg.conversation if leg else target.id if target else None
        room = floor.conversation(room_id) if room_id else None
        return Situation(
            target=target,
            status=leg.status if leg else None,
            muted=leg.muted if leg else False,
            live_legs=room.live_legs if room else 0,
            sandbox=True,
            replay=self.replay,
        )

    def preflight(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[str]:
        if (why := BY_ID[action].unavailable(self.situation(target))) is not None:
            return (why,)
        if self.account is not None and action in ACCOUNT_ACTIONS:
            sandbox = Context(name="sandbox", sandbox_url="http://127.0.0.1:8820")
            try:
                AccountJobs(self.account, sandbox).make(action, target, args)
            except ArgsError as error:
                return error.reasons
        return self.wrong

    def sends(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[Sending]:
        if target is None:
            return (Sending(method="POST", path="/v1/calls", body={"number": args.get("to")}),)
        return (to_leg(target.id, {"action": args.get("want") or action.removeprefix("leg.")}),)

    def together(self, which: str) -> Sequence[Step | Refused]:
        return ()

    def start(
        self, action: str, target: Target | None, args: Args = NO_ARGS, *, batch: str = ""
    ) -> str:
        self.started.append((action, target, dict(args)))
        return f"attempt-{len(self.started)}"


class SceneJournal:
    """The records of a scene, read as a journal is."""

    session = "scene"

    def __init__(self, records: list[Record]) -> None:
        self._records = records

    async def append(self, *new: NewRecord) -> Sequence[Record]:
        raise NotImplementedError("a standing desk records nothing")

    async def read(
        self,
        after: int = 0,
        *,
        session: str | None = None,
        leg: str | None = None,
        conversation: str | None = None,
        until: int | None = None,
    ) -> AsyncIterator[Record]:
        for record in self._records:
            if (
                after < record.seq <= (until or record.seq)
                and leg in (None, record.leg)
                and conversation in (None, record.conversation)
            ):
                yield record

    async def follow(self, after: int = 0) -> AsyncIterator[Sequence[Record]]:
        yield self._records[after:]

    async def close(self) -> None:
        pass


class StandingDesk:
    """`console.tui.ports.DeskPort` over a scene."""

    def __init__(
        self,
        scene: Scene,
        *,
        theme: str = "dark",
        confirm: Confirm = Confirm.ALWAYS,
        replay: bool = False,
    ) -> None:
        self.scene = scene
        self.context = Context(
            name="sandbox",
            theme=theme,
            confirm=confirm,
            frame=Frame(word="SANDBOX", color="success"),
            numbers=(OURS,),
            sandbox_url="http://127.0.0.1:8820",
            api_url="http://127.0.0.1:8820",
        )
        self.journal = SceneJournal(scene.records)
        self.performer = NotedPerformer(scene.store, replay=replay)
        self.account: Account | None = None
        self.sandbox_page: SandboxPage | None = None
        self.listening: Listening | None = None
        self.hooks: Hooks | None = None if replay else Hooks(self.context)
        self.numbers = (OURS,)
        self.replay = replay
        self.connection = Connection.UP
        self.trouble = ""

    @property
    def clock(self) -> FakeClock:
        return self.scene.clock

    @property
    def store(self) -> Store:
        return self.scene.store

    @property
    def status(self) -> DeskStatus:
        return DeskStatus(
            context="sandbox",
            word=self.context.frame.word,
            color=self.context.frame.color,
            connection=self.connection,
            trouble=self.trouble,
            receiver_url="" if self.replay else "http://127.0.0.1:41234",
            calls=Gauge(used=1, limit=3, waiting=0),
            requests=Gauge(used=4, limit=15, waiting=0),
            events_per_second=3.2,
            recording_since=None if self.replay else self.clock.now_ns() - 764_000_000_000,
            replay=self.replay,
        )
