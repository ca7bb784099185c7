"""The webhooks: what came, how it was answered; its bytes, its meaning, its signature."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from console.actions.account_actions import ACCOUNT
from console.actions.forms import Args
from console.actions.ladder_actions import LADDER
from console.actions.registry import Action, actions_of
from console.actions.target import Target
from console.actions.webhook_actions import WEBHOOKS
from console.floor.alert_rules import On
from console.floor.notes import NOTES
from console.floor.views import Changes, Stage
from console.journal.filter import RECORD_KEYS, Filter
from console.ladder.deliveries import Delivery, reply_words
from console.tasks import spawn
from console.text import clean
from console.tui.copyable import of_record
from console.tui.copying import Copy
from console.tui.dialogs.dialog import literal
from console.tui.filtering import Filtering
from console.tui.handing_words import events_words, handing_words, trouble_words
from console.tui.keys import bindings, key_of
from console.tui.noting import note_on
from console.tui.ports import DeskPort
from console.tui.screens.view_screen import ViewScreen
from console.tui.tabs import Tabs
from console.tui.views import Views
from console.tui.webhook_source import WebhookSource
from console.tui.webhook_steering import WebhookSteering
from console.tui.webhook_words import (
    byte_lines,
    meaning_lines,
    signature_lines,
    took_words,
    what_word,
)
from console.tui.widgets.text_pane import TextPane
from console.tui.widgets.webhooks_pane import WebhooksPane

_WIDE: Final = 110
_BREAKPOINTS: list[tuple[int, str]] = [(0, "-narrow"), (_WIDE, "-wide")]


class WebhooksScreen(ViewScreen, inherit_bindings=False):
    """A list, and one webhook opened over it."""

    VIEW = WEBHOOKS
    BINDINGS = bindings(actions_of(WEBHOOKS))
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    DEFAULT_CSS = """
    WebhooksScreen #trouble { height: auto; padding: 0 2; color: $notice; display: none; }
    WebhooksScreen.-trouble #trouble { display: block; }
    WebhooksScreen #opened { height: 1fr; display: none; }
    WebhooksScreen.-open #opened { display: block; layout: horizontal; }
    WebhooksScreen.-open WebhooksPane { display: none; }
    WebhooksScreen TextPane { display: none; }
    WebhooksScreen TextPane.-shown { display: block; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.source = source = WebhookSource(
            desk.store, desk.journal, desk.clock, came=self.frames.wake, trouble=self.say
        )
        self.deliveries = source.deliveries
        self.pane = WebhooksPane(
            self.deliveries.of, source.answering, source.whose, source.room, self._now_ms
        )
        self.parts = {
            "bytes": TextPane("Bytes", id="bytes"),
            "meaning": TextPane("Meaning", id="meaning"),
            "signature": TextPane("Signature", id="signature"),
        }
        self.trouble = Static("", id="trouble", markup=False)
        hooks = desk.hooks
        self.steering = WebhookSteering(desk, hooks, self) if hooks is not None else None
        self._opened: str | None = None
        self._tabs = Tabs(tuple(self.parts), self._part_changed)
        self._leave: Callable[[], None] = lambda: None
        self.filterings = (
            Filtering(
                pane=self.pane,
                keys=RECORD_KEYS,
                show=self._show_only,
                count=lambda: f"{len(self.pane.keys)} of {len(self.deliveries)} webhooks",
                values=source.values,
                alerts_on=On.WEBHOOKS,
            ),
        )

    def body(self) -> Iterator[Widget]:
        """Yield what is wrong with the user's app, the list, and what is opened."""
        yield self.trouble
        yield self.pane
        with Horizontal(id="opened"):
            yield from self.parts.values()

    def on_mount(self) -> None:
        """Follow the store from now on."""
        self._leave = self.desk.store.subscribe(self._changed)
        self.source.changed()

    def on_unmount(self) -> None:
        """Let go of the store."""
        self._leave()

    # --- what a view says ----------------------------------------------------------------------

    @property
    def home(self) -> Widget:
        """The list, or what is opened."""
        return self.pane if self._opened is None else self.parts[self._tabs.name]

    @property
    def selected(self) -> Delivery | None:
        """The webhook that is opened, or the one under the cursor."""
        return self.deliveries.of(self._opened) if self._opened is not None else self.pane.selected

    @property
    def target(self) -> Target | None:
        """The same, for actions."""
        found = self.selected
        return Target.webhook(found.record.seq) if found is not None else None

    @property
    def copies(self) -> Sequence[Copy]:
        """What there is of the webhook, and of the reply to it."""
        found = self.selected
        return of_record(self.desk, found.record, found.answered) if found is not None else ()

    @property
    def depth(self) -> tuple[str, ...]:
        """What is opened."""
        found = self.selected if self._opened is not None else None
        return () if found is None else (f"{what_word(found)} {found.record.seq}",)

    @property
    def notes(self) -> Sequence[tuple[str, str]]:
        """What `?` explains besides the keys."""
        return [
            ("signed ✓", "its token is made with this context's secret over exactly these bytes"),
            ("flagged ✗", "it is not, and was taken all the same, as receiver.policy says"),
            ("refused ✗", "it is not, and was answered 401; kept as evidence only"),
            ("2nd delivery", "the same bytes came before: the platform had no answer in time"),
            ("↺ late", "older than an event of its leg that came before it"),
            ("app 41 ms +3 ms", "your app took 41 ms to answer, handing it on added 3 ms"),
            ("100 of 120", "of 120 webhooks 100 were handed on: answered + failed + under way"),
            ("↻", "sent again from here; the row's answer is that of whoever it was sent to"),
        ]

    @property
    def held(self) -> int | None:
        """How many changes wait while the view is paused."""
        return self.source.waiting if self.source.held else None

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Ask what has to be asked, then send."""
        if action.id in NOTES:
            found = self.selected
            note_on(self.desk, self, action, found.record if found is not None else None, args)
        elif self.steering is not None:
            self.steering.run(action, target, self.selected, args)

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Open, explain, follow, hold."""
        match action.id:
            case "webhook.open":
                self._open("bytes" if self.has_class("-narrow") else "meaning")
            case "webhook.verify":
                self._open("signature")
            case "webhook.ladder":
                self._ladder()
            case "webhook.follow":
                self.pane.follow(on=not self.pane.following)
                self.say("following" if self.pane.following else "not following")
                self.redraw()
            case "pause":
                self._hold(on=not self.source.held)
            case _:
                super().run_view(action, target, args)

    def step_back(self) -> bool:
        """Leave what is opened, then the pause."""
        if self._opened is not None:
            self._opened = None
            self.set_class(False, "-open")
            self.pane.focus()
            self.redraw()
        elif self.typed.clear():
            pass
        elif self.source.held:
            self._hold(on=False)
        else:
            return False
        return True

    def _show_only(self, wanted: Filter) -> None:
        self.source.filter(wanted)
        self.redraw()

    # --- one webhook ---------------------------------------------------------------------------

    def _open(self, part: str) -> None:
        found = self.selected
        if found is None:
            self.say("open: no webhook is selected")
            return
        anew = self._opened != found.key
        self._opened = found.key
        self._tabs.take(part)
        self.set_class(True, "-open")
        if anew:
            # The cursor is still on it when one comes back, whatever came meanwhile.
            self.pane.following = False
            for pane in self.parts.values():
                pane.go_first()
            spawn(self.source.look_at_effects(found), name="effects of a webhook")
        self._show_parts()
        self.redraw()

    @property
    def tabs(self) -> Tabs | None:
        """The parts of what is opened."""
        return self._tabs if self._opened is not None else None

    def _part_changed(self) -> None:
        self._show_parts()
        self.redraw()

    def _show_parts(self) -> None:
        """Show one part, or where there is room the bytes beside another one."""
        part = self._tabs.name
        beside = "meaning" if part == "bytes" else part
        seen = {"bytes", beside} if self.has_class("-wide") else {part}
        for name, pane in self.parts.items():
            pane.set_class(name in seen, "-shown")
            if name == part:
                pane.show_tabs(self._tabs)
            else:
                pane.drop_tabs()
                pane.border_title = name
        self.parts[part].focus()

    def _ladder(self) -> None:
        found = self.selected
        record = found.record if found is not None else None
        if record is not None and record.leg is not None:
            self.views.aim(LADDER, Target.leg(record.leg))
        elif record is not None and record.conversation is not None:
            self.views.aim(LADDER, Target.conversation(record.conversation))
        else:
            self.say("ladder: it names no call")

    # --- changes -------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        self.source.changed()

    def _hold(self, *, on: bool) -> None:
        self.source.hold(on=on)
        self.redraw()

    def _tell_outcomes(self) -> None:
        """Say what became of what was started here."""
        if self.steering is None:
            return
        for id_ in tuple(self.steering.started):
            attempt = self.desk.store.floor.attempt(id_)
            if attempt is None or attempt.stage is Stage.ASKED:
                continue
            if attempt.action == "webhook.forward":
                state = str(attempt.args.get("state", ""))
                to = clean(attempt.args.get("to", ""), limit=80)
                hooks = self.desk.hooks
                events = f"; {events_words(hooks)}" if to and hooks is not None else ""
                self.say(f"forwarding {state} {to}".rstrip() + events)
            elif attempt.stage is Stage.FAILED:
                self.say(f"✗ sent again: {attempt.reason}")
            else:
                sent = (each for each in self.deliveries if each.record.meta.get("cause") == id_)
                made = next(sent, None)
                if made is None or not reply_words(made):
                    continue
                answer = clean(reply_words(made), limit=60)
                self.say(f"sent again: answered {answer} in {took_words(made)}")
            self.steering.started.remove(id_)

    # --- drawing -------------------------------------------------------------------------------

    def _now_ms(self) -> int:
        return self.desk.clock.now_ns() // 1_000_000

    def tick(self) -> None:
        """Count the waits on; a webhook may have become too old for the filter."""
        if self.source.by_time:
            self.draw(rows=True)
        self.pane.touch()
        self._draw_opened()

    def draw(self, *, rows: bool) -> bool:
        """Show the webhooks that pass, the newest above."""
        if self._opened is None:
            self.pane.show(self.source.keys())
        self._tell_outcomes()
        self._draw_edges_of_list()
        self._say_empty()
        self._draw_opened()
        return False

    def _draw_edges_of_list(self) -> None:
        count, of = len(self.pane.keys), len(self.deliveries)
        title = "Webhooks" if not of else f"Webhooks {count}"
        self.pane.border_title = f"{title} of {of}" if self.source.filtered else title
        newer = f"{self.pane.newer} newer ↑" if self.pane.newer and not self.pane.following else ""
        room = self.pane.size.width - 6 - (len(newer) + 3 if newer else 0)
        told = handing_words(self.desk.hooks, self.source.handing, room)
        self.pane.border_subtitle = literal(" · ".join(part for part in (newer, told) if part))
        hooks = self.desk.hooks
        asks = hooks is not None and hooks.handed_on
        trouble = trouble_words(self.source.handing, asks=asks)
        self.trouble.update(trouble)
        self.set_class(bool(trouble), "-trouble")

    def _say_empty(self) -> None:
        """Say what to do where the list is empty."""
        if not self.source.begun:
            told = ["Reading the journal …"]
        elif len(self.deliveries):
            back = key_of("back", self)
            told = ["No webhook passes the filter.", f"{back} shows all of them."]
        else:
            where = clean(self.desk.status.receiver_url, limit=80)
            told = ["No webhook came yet."]
            if self.views.has(ACCOUNT):
                told.append(f"{key_of('application.view', self)} points the application here.")
            elif where:
                told.append("Point the application's answer and event URL here:")
            told += [f"{where}/webhooks/answer and …/event"] if where else []
        self.pane.when_empty(*told)

    def _draw_opened(self) -> None:
        if self._opened is None:
            return
        found = self.deliveries.of(self._opened)
        if found is None:
            return
        answering, effects = self.source.answering(found), self.source.effects(found)
        context = self.desk.context
        self.parts["bytes"].show(byte_lines(found))
        self.parts["meaning"].show(meaning_lines(found, answering, effects, self._now_ms()))
        self.parts["signature"].show(
            signature_lines(found, context.application_id, context.api_key)
        )
