"""What is listened to: levels, keys, what is wrong with the sound, and where it is written."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from console.actions.forms import Args
from console.actions.listening_actions import AUDIO
from console.actions.listening_plan import called
from console.actions.registry import Action, actions_of
from console.actions.target import Target
from console.listening.aim import State
from console.listening.room import Listening
from console.text import clean
from console.tui.cells import span
from console.tui.copying import Copy
from console.tui.facts import Fact
from console.tui.keys import bindings, key_of
from console.tui.ports import DeskPort
from console.tui.screens.view_screen import ViewScreen
from console.tui.sounding import run_sound, speakers_words
from console.tui.state_lines import session_lines
from console.tui.steering import Steering
from console.tui.views import Views
from console.tui.widgets.details_pane import DetailsPane
from console.tui.widgets.lane_pane import LanePane
from console.tui.widgets.sessions_pane import SessionsPane

if TYPE_CHECKING:
    from console.listening.session import Session

_ROWS = 8
"""So many listenings are seen at once."""
_NOTES = (
    ("silence", "nothing louder than -60 dB for 2.5 s"),
    ("clipping", "more than 0.2 % of the last second is at full scale"),
    ("one-way", "of two sides one was heard for 3 s, and nothing of the other meanwhile"),
    ("missing", "frames that should have come by now, 50 a second"),
)


_HEIGHTS: list[tuple[int, str]] = [(0, "-short"), (30, "-mid"), (36, "-tall")]


class AudioScreen(ViewScreen, inherit_bindings=False):
    """Shows the listenings of a desk, and one of them closely."""

    VIEW = AUDIO
    BINDINGS = bindings(actions_of(AUDIO))
    VERTICAL_BREAKPOINTS = _HEIGHTS

    DEFAULT_CSS = """
    AudioScreen DetailsPane { width: 1fr; height: 1fr; }
    AudioScreen.-empty LanePane, AudioScreen.-empty DetailsPane { display: none; }
    AudioScreen.-tall LanePane { height: 12; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        assert desk.listening is not None, "a desk that cannot listen has no such view"
        self.listening: Listening = desk.listening
        self.sessions = SessionsPane(self.listening, self._called)
        self.lane = LanePane()
        self.details = DetailsPane()
        self.steering = Steering(desk, self)
        self._height = -1
        self._leave: Callable[[], None] = lambda: None

    def body(self) -> Iterator[Widget]:
        """Yield the list, the lane of the one under the cursor, and what is known of it."""
        yield self.sessions
        yield self.lane
        yield self.details

    def on_mount(self) -> None:
        """Follow what is listened to from now on."""
        self._leave = self.listening.subscribe(self._heard)

    def on_unmount(self) -> None:
        """Let go of it."""
        self._leave()

    def _heard(self) -> None:
        if self.is_shown:
            self.frames.wake()

    @property
    def home(self) -> Widget:
        """The list."""
        return self.sessions

    @property
    def target(self) -> Target | None:
        """What the listening under the cursor listens to."""
        session = self.sessions.selected
        if session is None:
            return None
        make = Target.leg if session.aim.leg is not None else Target.conversation
        return make(session.aim.key)

    @property
    def explained(self) -> Sequence[tuple[str, str]]:
        """How far the listening under the cursor is."""
        session = self.sessions.selected
        return session_lines(session.state) if session is not None else ()

    @property
    def notes(self) -> Sequence[tuple[str, str]]:
        """What the badges mean."""
        return _NOTES

    @property
    def copies(self) -> Sequence[Copy]:
        """Where the sound is written, and who is listened to."""
        session = self.sessions.selected
        target = self.target
        if session is None or target is None:
            return ()
        return [
            Copy(what="file", label="the path of its sound file", text=str(session.tape.path)),
            Copy(what="id", label=f"the id of the {target.kind.value}", text=target.id),
        ]

    def aims(self, rows: Widget) -> bool:
        """Only the list has a cursor."""
        return rows is self.sessions

    def draw(self, *, rows: bool) -> bool:
        """Show what is heard."""
        empty = not self.listening.sessions
        if empty != self.has_class("-empty"):
            self.set_class(empty, "-empty")
        self._say_empty()
        self.sessions.catch_up()
        self._fit()
        self.sessions.border_subtitle = clean(speakers_words(self.listening), 100)
        session = self.sessions.selected
        if session is None:
            return False
        self.lane.show(self._called(session), tuple(session.ear.levels))
        self.details.show("Sound", session_facts(session, self.listening, self._who))
        return False

    def _say_empty(self) -> None:
        """Say how to begin, for as long as nothing is listened to."""
        calls, listens = key_of("calls.view", self), key_of("leg.listen", self)
        self.sessions.when_empty(
            "Nothing is listened to.",
            f"{calls} shows the calls; {listens} on one listens to it, and nobody hears you.",
            "What is heard is written to a WAV file of its own.",
        )

    def _fit(self) -> None:
        """Give the list as many lines as it has rows, within reason."""
        rows = len(self.sessions.keys)
        wanted = min(rows, _ROWS) + 2 + self.sessions.head_lines if rows else 0
        if wanted != self._height:
            self._height = wanted
            self.sessions.styles.height = wanted or "1fr"

    def tick(self) -> None:
        """Time has passed."""
        self.draw(rows=True)

    def cursor_went(self) -> None:
        """Show the one that is under the cursor now."""
        self.draw(rows=False)

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Leave, or listen again."""
        self.steering.run(action, target, args)

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Change what is played."""
        if run_sound(action, self):
            self.redraw()
            return
        session = self.sessions.selected
        if action.id != "audio.play" or session is None:
            super().run_view(action, target, args)
        elif session.state is State.ENDED:
            self.say("it is over; what was heard is in its file")
        else:
            self.listening.speakers.play(session.id)
            self.say(f"{self._called(session)} is played; {speakers_words(self.listening)}")
            self.redraw()

    def _called(self, session: "Session") -> str:
        return clean(called(self.desk.store.floor, session.aim) or session.label, 40)

    def _who(self, leg: str) -> str:
        return clean(self.desk.store.floor.who(leg) or leg, 40)


def session_facts(
    session: "Session", listening: Listening, who: Callable[[str], str]
) -> list[Fact]:
    """Return everything known of one listening."""
    ear, tape = session.ear, session.tape
    state = session.state.value + (f": {clean(session.note, 300)}" if session.note else "")
    facts = [
        Fact("state", state, "proven" if session.state is State.LIVE else "notice"),
        Fact("hears", _hears(session, who)),
        Fact("level", f"{ear.level:.1f} dB of full scale, {span(session.seconds)} heard"),
    ]
    one_way = session.sides.found if session.state is State.LIVE else None
    if one_way is not None:
        told = f"only {who(one_way.heard)} is heard; nothing of {who(one_way.silent)}"
        facts.append(Fact("one-way", f"{told} for {one_way.ms / 1000:.1f} s", "refused"))
    if session.state is State.LIVE and ear.is_silent:
        facts.append(Fact("silence", f"for {ear.silent_ms / 1000:.1f} s", "refused"))
    if ear.is_clipped:
        facts.append(Fact("clipping", f"{ear.clipped * 100:.1f} % of the last second", "refused"))
    frames = f"{session.frames_in} in, {session.frames_missing} missing"
    facts.append(Fact("frames", frames))
    if session.frames_wrong:
        words = f"{session.frames_wrong} of a wrong size: {session.wrong_words}"
        facts.append(Fact("wrong", words, "refused"))
    facts += _keys(session)
    facts.append(Fact("buffer", _buffer(session, listening)))
    facts.append(Fact("file", clean(tape.path, 300), "muted"))
    if tape.trouble:
        facts.append(Fact("", clean(tape.trouble, 300), "refused"))
    if session.leg is not None:
        times = "once" if session.joins == 1 else f"{session.joins} times"
        facts.append(Fact("our leg", f"{clean(session.leg, 64)}, joined {times}", "muted"))
    return facts


def _hears(session: "Session", who: Callable[[str], str]) -> str:
    room = f"in “{clean(session.aim.name, 60)}”"
    if session.aim.leg is not None:
        return f"{who(session.aim.leg)} alone, {room}"
    return f"everybody {room}"


def _keys(session: "Session") -> list[Fact]:
    facts = []
    if session.ear.keys:
        facts.append(Fact("keys ←", f"{session.ear.keys}  in the sound", "digits"))
    if session.told_keys:
        facts.append(Fact("keys ←", f"{session.told_keys}  told by the platform", "digits"))
    return facts


def _buffer(session: "Session", listening: Listening) -> str:
    speakers = listening.speakers
    if speakers.plays != session.id and session.state is State.LIVE:
        return "another one is played; Enter plays this one"
    if speakers.plays != session.id or speakers.jitter is None:
        # Why stands at the foot of the list.
        return "not played"
    jitter = speakers.jitter
    return (
        f"{jitter.depth_ms} ms wait, {speakers.delay_ms} ms behind, ran dry {jitter.dry} times,"
        f" {jitter.dropped_ms} ms let go"
    )
