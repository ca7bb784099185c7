"""What decides whether an action can run now, as the floor and the account tell."""

from collections.abc import Callable, Sequence

from console.actions.account import Account
from console.actions.outcome import Waiting
from console.actions.target import NOTHING, NOTHING_UNDONE, Situation, Target, TargetKind
from console.actions.undoing import REDO, UNDO, Refused, Undoing
from console.clock import Clock
from console.floor.store import Store
from console.floor.views import Leg


class Situations:
    """Describes targets of one desk.

    Args:
        store: The floor.
        account: Applications and numbers.
        clock: What time it is.
        sandbox: Whether the other end is a sandbox.
        can_send: Whether there is a key and an application.
        waiting: What waits for an answer.
        deaf: Why nothing can be listened to.
        listened: Whether a leg or a conversation is listened to.
        undoing: What can be undone.
    """

    def __init__(
        self,
        store: Store,
        account: Account,
        clock: Clock,
        *,
        sandbox: bool,
        can_send: Callable[[], bool],
        waiting: Callable[[], Sequence[Waiting]],
        deaf: str | None = None,
        listened: Callable[[str], bool] = lambda key: False,
        undoing: Undoing | None = None,
    ) -> None:
        self._store = store
        self._account = account
        self._clock = clock
        self._sandbox = sandbox
        self._can_send = can_send
        self._waiting = waiting
        self._deaf = deaf
        self._listened = listened
        self._undoing = undoing

    def of(self, target: Target | None) -> Situation:
        """Return what decides whether an action on `target` can run now."""
        leg = None
        live = 0
        known = True
        linked = pointed = False
        match target:
            case Target(kind=TargetKind.LEG, id=uuid):
                leg = self._store.floor.leg(uuid)
                known = leg is not None
                if leg is not None and leg.conversation:
                    live = len(self.live_legs(leg.conversation))
            case Target(kind=TargetKind.APPLICATION, id=id_):
                application = self._account.application(id_)
                known = application is not None
                pointed = application is not None and self._account.points_here(application)
            case Target(kind=TargetKind.NUMBER, id=msisdn):
                number = self._account.number(msisdn)
                known = number is not None
                # One that was never read may be linked.
                linked = number is None or bool(number.app_id)
            case Target(kind=TargetKind.WEBHOOK | TargetKind.RECORDING):
                pass
            case Target(id=conversation):
                known = self._store.floor.conversation(conversation) is not None
                live = len(self.live_legs(conversation))
        playing = leg.playing if leg is not None else None
        undo, undo_why = self._next(UNDO, NOTHING)
        redo, redo_why = self._next(REDO, NOTHING_UNDONE)
        return Situation(
            target=target,
            known=known,
            undo=undo,
            undo_why=undo_why,
            redo=redo,
            redo_why=redo_why,
            status=leg.status if leg is not None else None,
            muted=leg is not None and leg.muted,
            earmuffed=leg is not None and leg.earmuffed,
            playing=playing is not None and not playing.over(self._clock.now_ns() // 1_000_000),
            queued=target is not None and any(w.leg == target.id for w in self._waiting()),
            live_legs=live,
            sandbox=self._sandbox,
            deaf=self._deaf,
            listened=target is not None and self._listened(target.id),
            can_send=self._can_send(),
            account_missing=self._account.missing,
            linked=linked,
            pointed=pointed,
        )

    def _next(self, which: str, nothing: str) -> tuple[str, str | None]:
        if self._undoing is None:
            return "", nothing
        found = self._undoing.next(which)
        return found.words, found.why if isinstance(found, Refused) else None

    def live_legs(self, conversation: str) -> Sequence[str]:
        """Return the ids of a conversation's live legs."""
        found = self._store.floor.conversation(conversation)
        if found is None:
            return ()
        legs: list[Leg] = []
        for one in found.legs:
            leg = self._store.floor.leg(one)
            if leg is not None and leg.live:
                legs.append(leg)
        return tuple(leg.uuid for leg in legs)
