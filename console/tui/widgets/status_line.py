"""The first line: which context, what is up, how much of the limits is used, and what was said."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive

from console.desk.status import Connection, DeskStatus
from console.floor.views import Figures
from console.text import clean
from console.tui.cells import clock_span, with_whole_name
from console.tui.past_words import past_words
from console.tui.widgets.told_lines import ToldLines

NOTICE_SECONDS = 4.0
"""How long a notice stands in the line."""

_SIGN = 3
"""Cells of the recording light's sign, with a blank on both sides."""
_CRUMB = 24
"""Characters of one part of the way back."""

_LEFT_OUT = "…"
"""Stands for parts of the way back that there is no room for; leads to the last of them."""


class StatusLine(ToldLines):
    """Frame word, figures, gauges, connection, receiver, recording light; or a notice."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"status--{part}"
        for part in ("frame", "muted", "good", "warn", "bad", "notice", "paused", "figure")
    }

    DEFAULT_CSS = """
    StatusLine { height: 1; background: $surface; color: $foreground; }
    StatusLine > .status--muted { color: $muted; }
    StatusLine > .status--figure { color: $conversation; text-style: bold; }
    StatusLine > .status--good { color: $proven; }
    StatusLine > .status--warn { color: $asked; }
    StatusLine > .status--bad { color: $recording; text-style: bold; }
    StatusLine > .status--notice { color: $notice; }
    StatusLine > .status--paused { color: $notice; text-style: bold reverse; }
    StatusLine > .status--frame { text-style: bold reverse; }
    """

    class CrumbPressed(Message):
        """A part of the way back was pressed with the mouse."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    notice: reactive[str] = reactive("")
    """A sentence in place of the figures, for a few seconds."""

    alerts: reactive[tuple[str, bool]] = reactive(("", False))
    """What is raised, safe text, and whether it waits to be acknowledged."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self._status: DeskStatus | None = None
        self._figures: Figures | None = None
        self._now_ns = 0
        self._held: int | None = None
        self._crumbs: Sequence[str] = ()
        self._crumb_places: list[tuple[int, int, int]] = []
        self._zoom = ""
        self._frame_style = Style(bold=True, reverse=True)
        self._said: tuple[object, ...] = ()
        """What the line tells now."""

    def show(
        self,
        status: DeskStatus,
        figures: Figures,
        *,
        now_ns: int,
        frame: Style,
        held: int | None,
        crumbs: Sequence[str] = (),
        zoom: str = "",
    ) -> None:
        """Show these values.

        Args:
            status: The desk's.
            figures: The floor's.
            now_ns: What time it is, Unix nanoseconds.
            frame: How the context's word looks.
            held: How many changes wait while the view is paused; None while it is not.
            crumbs: Where one is, from the first view on; safe text. Empty: at the beginning.
            zoom: That a pane is bigger than by itself; empty: none is.
        """
        self._zoom = zoom
        self._crumbs = crumbs
        self._status, self._figures, self._now_ns = status, figures, now_ns
        self._frame_style, self._held = frame, held
        recorded_s = (now_ns - (status.recording_since or 0)) // 1_000_000_000
        said = (status, figures, recorded_s, frame, held, tuple(crumbs), zoom)
        if said != self._said:
            self._said = said
            self.refresh()

    def say(self, sentence: str) -> None:
        """Show a notice, which leaves by itself."""
        self.notice = clean(sentence)
        self.set_timer(NOTICE_SECONDS, lambda said=self.notice: self._unsay(said))

    def _unsay(self, said: str) -> None:
        if self.notice == said:
            self.notice = ""

    def render(self) -> Text:
        """Return the line for the width there is; what matters least goes first."""
        width = self.size.width
        if self._status is None or self._figures is None:
            return Text(" " * width, end="")
        left = self._frame()
        right = self._light()
        room = width - left.cell_len - right.cell_len
        if self.notice:
            said = Text(f" {self.notice}", self._style("notice"), no_wrap=True)
            if said.cell_len >= room:
                # A sentence is worth more than for how long it is recorded: the sign stays.
                right.truncate(_SIGN)
                room = width - left.cell_len - right.cell_len
                short = with_whole_name(self.notice, room - 2, str(Path.home()))
                said = Text(f" {short}", self._style("notice"), no_wrap=True)
            said.truncate(room - 1, overflow="ellipsis")
            left.append_text(said)
        else:
            if room < 0:
                _leave_out_words(right, width - left.cell_len)
                left.truncate(max(width - right.cell_len, 0), overflow="ellipsis")
            for part in self._parts(room):
                left.append_text(part)
        left.append(" " * max(width - left.cell_len - right.cell_len, 0))
        left.append_text(right)
        left.no_wrap, left.end = True, ""
        return left

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"status--{part}", partial=True)

    @property
    def _gap(self) -> str:
        return "   " if self.size.width >= 100 else "  "

    def _frame(self) -> Text:
        assert self._status is not None
        text = Text(end="")
        text.append(f" {clean(self._status.word, limit=16)} ", self._frame_style)
        if self._held is not None:
            text.append(f" PAUSED · {self._held} waiting ", self._style("paused"))
        past = self._status.past
        if past is not None:
            text.append(f" {past_words(past, short=bool(self.notice))} ", self._style("paused"))
        if self._zoom:
            text.append(f" {self._zoom} ", self._style("paused"))
        self._crumb_places = []
        if self._crumbs and not self.notice:
            self._add_crumbs(text)
        return text

    def _add_crumbs(self, text: Text) -> None:
        """Add the way here; where it is too long its middle goes: where one is stays in sight."""
        crumbs = [clean(crumb, limit=_CRUMB) for crumb in self._crumbs]
        room = self.size.width - text.cell_len - self._light().cell_len - 2
        left_out = 0
        while (way := self._way(crumbs, left_out))[-1][1] > room and left_out < len(crumbs) - 2:
            left_out += 1
        text.append(" ")
        begin = text.cell_len
        for start, end, place, word in way:
            if start:
                text.append(" > ", self._style("muted"))
            last = place == len(crumbs) - 1
            text.append(word, self._style("figure" if last else "muted"))
            if not last:
                self._crumb_places.append((begin + start, begin + end, place))
        text.append(" ")

    def _way(self, crumbs: Sequence[str], left_out: int) -> list[tuple[int, int, int, str]]:
        """Return begin, end, place and word of each crumb, so many after the first left out."""
        numbered = list(enumerate(crumbs))
        if left_out:
            numbered[1 : 1 + left_out] = [(left_out, _LEFT_OUT)]
        way: list[tuple[int, int, int, str]] = []
        start = 0
        for place, word in numbered:
            end = start + cell_len(word)
            way.append((start, end, place, word))
            start = end + 3
        return way

    def _light(self) -> Text:
        assert self._status is not None
        past = self._status.past
        if past is not None or self._status.replay:
            word = "replay" if self._status.replay else "past"
            sign = "▷" if past is None or past.speed else "‖"
            return Text(f" {sign} {word} ", self._style("warn"))
        since = self._status.recording_since
        if since is None:
            return Text(" ○ not recorded ", self._style("bad"))
        text = Text(" ")
        text.append("●", self._style("bad"))
        text.append(f" rec {clock_span((self._now_ns - since) / 1e9)} ")
        return text

    def _parts(self, room: int) -> list[Text]:
        """Return what fits, in order of place; chosen in order of weight."""
        status, figures = self._status, self._figures
        assert status is not None
        assert figures is not None
        muted, figure = self._style("muted"), self._style("figure")
        gap = self._gap

        floor = Text(" ")
        for number, (count, one, many) in enumerate(
            (
                (figures.live_conversations, "conversation", "conversations"),
                (figures.live_legs, "leg", "legs"),
                (figures.waiting, "waiting", "waiting"),
            )
        ):
            if number:
                floor.append(" · ", muted)
            floor.append(str(count), figure)
            floor.append(f" {one if count == 1 else many}", muted)
        short = Text(" ")
        for number, (count, word) in enumerate(
            (
                (figures.live_conversations, "conv"),
                (figures.live_legs, "leg" if figures.live_legs == 1 else "legs"),
                (figures.waiting, "wait"),
            )
        ):
            if number:
                short.append(" · ", muted)
            short.append(str(count), figure)
            short.append(f" {word}", muted)
        rate = Text(gap)
        rate.append(f"{status.events_per_second:.1f}", figure)
        rate.append(" ev/s", muted)
        calls = self._gauge("calls", status.calls.used, status.calls.limit, status.calls.waiting)
        requests = self._gauge(
            "requests", status.requests.used, status.requests.limit, status.requests.waiting
        )
        api = self._connection()
        receiver = Text(gap)
        if status.receiver_url:
            receiver.append("hooks ", muted)
            receiver.append(clean(status.receiver_url.removeprefix("http://"), limit=32))
        trouble = Text(gap)
        if status.trouble:
            trouble.append(clean(status.trouble, limit=60), self._style("bad"))

        alerts = Text(gap)
        words, waits = self.alerts
        if words:
            alerts.append(words, self._style("bad" if waits else "muted"))
            if alerts.cell_len > room * 2 // 3:
                alerts = Text(gap)
                alerts.append(words.partition(":")[0], self._style("bad" if waits else "muted"))

        if status.past is not None or not status.requests.limit:
            # Nothing is sent from there.
            calls, requests, api = Text(), Text(), Text()
        order = [floor, alerts, rate, calls, requests, api, receiver, trouble]
        weight = [alerts, floor, api, trouble, calls, rate, requests, receiver]
        if status.connection in (Connection.AWAY, Connection.REFUSED):
            # Nothing that is asked for from here would happen: that goes before what is counted.
            weight = [api, *(part for part in weight if part is not api)]
        elif status.trouble:
            # The API answers, and so it is something of ours that stands still.
            weight = [trouble, *(part for part in weight if part is not trouble)]
        chosen: list[Text] = []
        left = room
        for part in weight:
            if part is floor and part.cell_len > room - 40:
                order[0] = part = short
            if not part.plain.strip():
                continue
            if part.cell_len <= left:
                chosen.append(part)
                left -= part.cell_len
        return [part for part in order if part in chosen]

    def _gauge(self, word: str, used: int, limit: int, waiting: int) -> Text:
        text = Text(self._gap)
        text.append(f"{word} ", self._style("muted"))
        style = "bad" if used >= limit else "figure"
        text.append(
            f"{used:.1f}/{limit}" if word == "calls" else f"{used}/{limit}", self._style(style)
        )
        if waiting:
            text.append(f" +{waiting} queued", self._style("warn"))
        return text

    def _connection(self) -> Text:
        assert self._status is not None
        mark, word, part = {
            Connection.UNTRIED: ("○", "api", "muted"),
            Connection.UP: ("✓", "api", "good"),
            Connection.AWAY: ("✗", "api away", "bad"),
            Connection.REFUSED: ("✗", "api refused", "bad"),
        }[self._status.connection]
        text = Text(self._gap)
        text.append(f"{mark} {word}", self._style(part))
        return text

    def on_click(self, event: events.Click) -> None:
        """Go back to what was pressed."""
        for start, end, place in self._crumb_places:
            if start <= event.x < end:
                self.post_message(self.CrumbPressed(place))


def _leave_out_words(text: Text, room: int) -> None:
    """Leave out whole words at the end until it fits; the first, which is a sign, stays."""
    while text.cell_len > room and " " in text.plain.strip():
        text.truncate(text.plain.rstrip().rindex(" ") + 1)
