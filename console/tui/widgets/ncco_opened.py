"""One opened NCCO: its text with signs beside it, or its flow, and below what the linter says."""

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from console.text import clean
from console.tui.cells import fit
from console.tui.dialogs.dialog import literal
from console.tui.keys import key_of
from console.tui.ncco_look import SIGNS, Look
from console.tui.tabs import TabTitle
from console.tui.widgets.flow_pane import FlowPane
from console.tui.widgets.ncco_editor import NccoEditor, NccoGutter
from console.voice.ncco_complete import Completion, complete
from console.voice.ncco_lint import Finding

_NOTHING = Look()
_NO_FLOW = "It has errors, so there is no flow to draw."
_OFFERED = 32 * 1024
"""In a longer text nothing is offered: it would be read anew at each key."""


class NccoOpened(TabTitle, Vertical):
    """`[` and `]` change between the text and the flow."""

    DEFAULT_CSS = """
    NccoOpened {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        height: 1fr; display: none;
    }
    NccoOpened:focus-within { border: heavy $rule-focus; border-title-color: $conversation; }
    NccoOpened #ncco-body { height: 1fr; }
    NccoOpened FlowPane { display: none; }
    NccoOpened.-flow FlowPane { display: block; }
    NccoOpened.-flow NccoEditor, NccoOpened.-flow NccoGutter, NccoOpened.-flow #ncco-said {
        display: none;
    }
    NccoOpened #ncco-said {
        height: auto; min-height: 4; max-height: 8; padding: 0 1; color: $foreground;
        border-top: solid $rule; border-title-color: $muted;
    }
    NccoOpened #ncco-offers { height: 1; padding: 0 1; color: $key; display: none; }
    NccoOpened.-offers #ncco-offers { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(id="ncco-opened")
        self.editor = NccoEditor()
        self.signs = NccoGutter(self.editor)
        self.flow = FlowPane()
        self._said = Static("", id="ncco-said", markup=False)
        self._offered = Static("", id="ncco-offers", markup=False)
        self.look = _NOTHING
        self._offer: Completion | None = None
        self._marked = 0

    def compose(self) -> ComposeResult:
        """Yield signs and text, the flow, what is offered, what is wrong."""
        with Horizontal(id="ncco-body"):
            yield self.signs
            yield self.editor
            yield self.flow
        yield self._offered
        yield self._said

    @property
    def in_flow(self) -> bool:
        """Whether the flow has the keys; where there is room it stands beside the text always."""
        return self.has_class("-flow")

    @property
    def writing(self) -> bool:
        """Whether letters are text now."""
        return not self.editor.read_only

    def begin(self, text: str) -> None:
        """Show a text from its beginning, to be read."""
        self.editor.load_text(text)
        self.write(on=False)
        self.show(_NOTHING, {})

    def write(self, *, on: bool) -> None:
        """Let letters be text, or keys again."""
        self.editor.read_only = not on
        self.look_at_offers()

    def show(self, look: Look, running: Mapping[int, bool]) -> None:
        """Show what is seen of the text, and which actions run."""
        self.look = look
        lines = frozenset(look.lines[place] for place in running if place < len(look.lines))
        self.signs.show(look.signs, lines)
        self.flow.show(look.ncco, _NO_FLOW, running)
        self.say_finding()

    # --- findings ------------------------------------------------------------------------------

    def step(self, by: int) -> bool:
        """Go to the next finding, or the one before; False: there is none."""
        findings = self.look.findings
        if not findings:
            return False
        row, column = self.editor.cursor_location
        here = (row + 1, column + 1)
        places = [(found.place.line, found.place.column) for found in findings]
        if by > 0:
            to = next((place for place in places if place > here), places[0])
        else:
            to = next((place for place in reversed(places) if place < here), places[-1])
        self.editor.move_cursor((to[0] - 1, to[1] - 1), center=True)
        self.say_finding()
        return True

    def say_finding(self) -> None:
        """Say what is wrong in the cursor's line, else how much there is."""
        findings = self.look.findings
        row, column = self.editor.cursor_location
        here = [found for found in findings if found.place.line == row + 1]
        self._said.border_title = literal(f" {self.look.counted} ")
        exact = [found for found in here if found.place.column == column + 1]
        if found := next(iter([*exact, *here]), None):
            self._said.update(_sentence(found, findings))
        else:
            more = f"{key_of('ncco.next', self)} goes to the next one."
            self._said.update(more if findings else "✓ It can be sent as it is.")

    # --- what is offered -----------------------------------------------------------------------

    def look_at_offers(self) -> None:
        """Offer what may stand at the cursor, while one writes."""
        before = self._offer.words if self._offer is not None else ()
        if self.writing and len(self.editor.text) <= _OFFERED:
            # Line ends are one character here, whatever they are in the file.
            self._offer = complete("\n".join(self._rows()), self._offset())
        else:
            self._offer = None
        if self._offer is None or self._offer.words != before:
            self._marked = 0
        self.editor.offers = self._offer is not None
        self.set_class(self._offer is not None, "-offers")
        self._draw_offers()

    def next_offer(self) -> bool:
        """Mark the next word; False: none is offered."""
        if self._offer is None:
            return False
        self._marked = (self._marked + 1) % len(self._offer.words)
        self._draw_offers()
        return True

    def take_offer(self) -> None:
        """Put the marked word where the cursor is."""
        offer = self._offer
        if offer is None:
            return
        start, end = self._place(offer.start), self._place(offer.end)
        self.editor.replace(offer.texts[self._marked], start, end)
        self.editor.move_cursor(self._place(offer.start + len(offer.texts[self._marked])))

    def _draw_offers(self) -> None:
        offer = self._offer
        if offer is None:
            return
        words = [*offer.words[self._marked :], *offer.words[: self._marked]]
        rest = "  ".join(words[1:])
        take, other = key_of("pane.next", self), key_of("ncco.offer", self)
        line = f"{take} ▸ {words[0]}" + (f"   {other}  {rest}" if rest else "")
        self._offered.update(fit(clean(line), max(self._offered.size.width - 2, 20)).rstrip())

    def _rows(self) -> Sequence[str]:
        document = self.editor.document
        return [document.get_line(row) for row in range(document.line_count)]

    def _offset(self) -> int:
        row, column = self.editor.cursor_location
        return sum(len(line) + 1 for line in self._rows()[:row]) + column

    def _place(self, offset: int) -> tuple[int, int]:
        for row, line in enumerate(self._rows()):
            if offset <= len(line):
                return row, offset
            offset -= len(line) + 1
        return self.editor.document.end


def _sentence(found: Finding, findings: Sequence[Finding]) -> str:
    place = findings.index(found) + 1
    sign, _ = SIGNS[found.severity]
    what = clean(f"{found.path} {found.reason}".strip(), limit=240)
    return (
        f"{sign} {place}/{len(findings)}  {found.place.line}:{found.place.column} "
        f"{found.severity.value}: {what}. {clean(found.next_step, limit=200)} [{found.rule}]"
    )
