"""The dialog of an action's form: fields of the registry, checked while they are typed."""

from collections.abc import Callable, Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.widgets import Input, Static

from console.actions.forms import Args, Field, Form
from console.actions.registry import BY_ID
from console.text import clean
from console.tui.dialogs.choice import Choice
from console.tui.dialogs.dialog import Dialog, literal, text
from console.tui.dialogs.matches import Match, Matches
from console.tui.keys import bindings

Check = Callable[[Args], Sequence[str]]
"""Every reason why this cannot be sent, as sentences; nothing is sent for it."""

Suggest = Sequence[Match] | Callable[[Args], Sequence[Match]]
"""What can be chosen from; where it depends on what is filled in, how it is found."""
Hint = Callable[[Args], str]
"""Says what stands below a field, as the form is filled in."""

_STEPS = {"row.down": 1, "row.up": -1}

_KIND_HINTS = {
    "say": "the text that is spoken when it answers",
    "conversation": "name, or id of a live one; ↓ chooses from the list",
    "number": "E.164 digits; ↓ chooses whom we know",
    "ncco": "JSON, or the path of a file; ↓ chooses from the list",
    "url": "where the platform asks for an NCCO",
    "block": "a building block, and what it takes; ↓ chooses from the list",
}


_NO_HINTS: Mapping[str, Hint] = {}


class FormDialog(Dialog[Args]):
    """Answers the filled form, or None when it was left."""

    BINDINGS = bindings(
        BY_ID[name] for name in ("back", "pane.next", "pane.previous", "row.down", "row.up")
    )

    DEFAULT_CSS = """
    FormDialog .fields {
        grid-size: 2; grid-columns: 15 1fr; grid-rows: auto; height: auto; grid-gutter: 0 1;
    }
    FormDialog .label { color: $muted; height: 1; text-align: right; }
    FormDialog .cell-hint { color: $muted; height: auto; max-height: 2; }
    FormDialog Input { background: $panel; color: $foreground; }
    FormDialog Input:focus { background: $cursor; }
    FormDialog #problems { margin-top: 1; height: auto; max-height: 4; color: $muted; }
    FormDialog #problems.tried { color: $refused; }
    """

    def __init__(
        self,
        form: Form,
        check: Check,
        *,
        title: str,
        given: Args,
        suggestions: Mapping[str, Suggest],
        limits: Mapping[str, int],
        start: str | None = None,
        hints: Mapping[str, Hint] = _NO_HINTS,
    ) -> None:
        """Ask for `form`.

        Args:
            form: Its fields.
            check: Says what is wrong with what was typed.
            title: What is done to whom; text from outside is made safe.
            given: Values that are filled in already.
            suggestions: By `Field.suggest`: what can be chosen from.
            limits: By field: the most characters there may be; a count is shown.
            hints: By field: what is said below it in place of the form's own words.
            start: The field to start in; the first empty one where none is named.
        """
        super().__init__(title, "Enter sends · Tab next field · Esc leaves")
        self._form, self._check, self._given = form, check, given
        self._suggestions, self._limits = suggestions, limits
        self._hints = hints
        self._suggesting = {field.name for field in form.fields if field.suggests}
        self._typing = ""
        """The field that suggestions are for."""
        self._start = start
        self._tried = False

    def content(self) -> ComposeResult:
        """Yield label, input and hint of each field, then what is wrong."""
        with Grid(classes="fields"):
            for field in self._form.fields:
                value = self._given.get(field.name, field.default)
                yield text(field.label, "label")
                if field.choices:
                    yield Choice(field.choices, value, id=f"field-{field.name}")
                else:
                    yield Input(value, compact=True, id=f"field-{field.name}")
                if self._has_hint(field):
                    yield text("", "label")
                    yield text("", "cell-hint", id=f"hint-{field.name}")
                if field.suggests:
                    yield text("", "label")
                    yield Matches((), id=f"match-{field.name}")
        yield text("", id="problems")

    def on_mount(self) -> None:
        """Start in the field that was named, or the first that is empty."""
        for field in self._form.fields:
            widget = self.query_one(f"#field-{field.name}")
            empty = isinstance(widget, Input) and not widget.value
            if field.name == self._start or (empty and self._start is None):
                widget.focus()
                break
        else:
            self.query_one(f"#field-{self._form.rest}").focus()
        self._look()

    def args(self) -> dict[str, str]:
        """Return what is filled in."""
        return {field.name: self._value(field) for field in self._form.fields}

    def _value(self, field: Field) -> str:
        widget = self.query_one(f"#field-{field.name}")
        assert isinstance(widget, Input | Choice)
        return widget.value

    def _has_hint(self, field: Field) -> bool:
        says = field.hint or field.name in self._limits or field.suggests
        return bool(says) or field.name in self._hints

    def on_descendant_focus(self) -> None:
        """Suggest for the field where one types; beside a choice nothing moves."""
        name = (self.focused.id or "").removeprefix("field-") if self.focused else ""
        if name in self._suggesting:
            self._typing = name
            self.call_after_refresh(self.look)

    @on(Input.Changed)
    @on(Choice.Changed)
    def look(self) -> None:
        """Check again what was typed."""
        if self.is_mounted:
            self._look()

    @on(Choice.Changed, "#field-kind")
    def kind_changed(self) -> None:
        """A script of another kind starts empty, unless something was typed."""
        if self.is_mounted and self.focused is not None and self.focused.id == "field-kind":
            self._typing = "value"
        value = self.query_one("#field-value", Input)
        defaults = {field.default for field in self._form.fields if field.name == "value"}
        if value.value in defaults:
            value.value = ""

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def submitted(self) -> None:
        """Answer when nothing is wrong; a chosen suggestion is taken first."""
        focused = self.focused
        if isinstance(focused, Input) and focused.id is not None:
            chosen = self._take_suggestion(focused)
            if chosen:
                return
        self._tried = True
        if not self._look():
            self.dismiss(self.args())

    def _take_suggestion(self, field: Input) -> bool:
        name = (field.id or "").removeprefix("field-")
        found = self.query(f"#match-{name}").results(Matches)
        for matches in found:
            if (match := matches.chosen) is not None and match.value != field.value:
                field.value = match.value
                field.cursor_position = len(match.value)
                matches.release()
                return True
        return False

    def action_run(self, action: str) -> None:
        """Move through the suggestions of the focused field, or what every dialog does."""
        if action not in _STEPS:
            super().action_run(action)
            return
        name = (self.focused.id or "").removeprefix("field-") if self.focused else ""
        for matches in self.query(f"#match-{name}").results(Matches):
            matches.move(_STEPS[action])

    def _look(self) -> list[str]:
        """Show counts, suggestions and problems; return the problems."""
        args = self.args()
        for field in self._form.fields:
            self._show_hint(field, args)
            if field.suggests:
                self._suggest(field, args)
        problems = [
            f"{field.label}: needed"
            for field in self._form.fields
            if field.required and not args[field.name].strip()
        ] or list(self._check(args))
        line = self.query_one("#problems", Static)
        line.set_class(self._tried, "tried")
        mark = "✗" if self._tried else "·"
        line.update("\n".join(f"{mark} {clean(problem)}" for problem in problems[:4]))
        # In a form that is taller than the screen that line may be out of sight.
        box = self.query_one(".box")
        hidden = bool(problems) and box.max_scroll_y > 0
        box.border_subtitle = literal(clean(problems[0], limit=64) if hidden else self._foot)
        return problems

    def _suggest(self, field: Field, args: Args) -> None:
        """Offer what fits the field where one types."""
        matches = self.query_one(f"#match-{field.name}", Matches)
        source = field.source(args)
        found = self._suggestions.get(source, ()) if source is not None else ()
        matches.offer(found(args) if callable(found) else found)
        matches.seek(args[field.name] if field.name == self._typing else None)

    def _show_hint(self, field: Field, args: Args) -> None:
        found = self.query(f"#hint-{field.name}").results(Static)
        for hint in found:
            words = field.hint
            if field.name == "value" and "kind" in args:
                words = _KIND_HINTS.get(args["kind"], words)
            if (says := self._hints.get(field.name)) is not None:
                words = says(args)
            limit = self._limits.get(field.name)
            if limit is not None:
                words = f"{len(args[field.name])} / {limit}   {words}"
            hint.update(clean(words))
