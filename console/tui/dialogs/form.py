"""The dialog of an action's form: fields of the registry, checked while they are typed."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from console.actions.form import NO_ARGS, Wrong
from console.actions.form_actions import FORM, FORM_ACTIONS
from console.actions.forms import Args, Field, Form
from console.actions.registry import BY_ID, Action
from console.actions.sending import Sending
from console.text import clean
from console.tui.dialogs.choice import Choice
from console.tui.dialogs.dialog import Dialog, literal, text
from console.tui.dialogs.field_words import Hint, words_of
from console.tui.dialogs.matches import Match, Matches
from console.tui.dialogs.request import RequestDialog
from console.tui.drafts import Drafts
from console.tui.keys import bindings, key_of
from console.tui.screens.help import HelpScreen
from console.tui.surroundings import keys_here
from console.tui.widgets.line_field import LineField

Check = Callable[[Args], Sequence[str]]
"""Every reason why this cannot be sent, as sentences; nothing is sent for it."""

Suggest = Sequence[Match] | Callable[[Args], Sequence[Match]]
"""What can be chosen from; where it depends on what is filled in, how it is found."""
Sends = Callable[[Args], Sequence[Sending]]
"""The requests of a form in which nothing is wrong."""
Extra = Callable[["FormDialog"], None]
"""What else a form's key does with what is filled in."""

_STEPS = {"row.down": 1, "row.up": -1}

_NO_HINTS: Mapping[str, Hint] = {}
_NO_EXTRAS: Mapping[str, Extra] = {}
_MOST_PROBLEMS: Final = 2
_TWO_LINES: Final = 80
"""So many characters never need more than the two lines that are kept for what is said."""
_ROUND: Final = 8
"""Lines of the box that are no fields: its border, what is said and what is wrong."""
_LONGEST: Final = 160
"""Cells that no field has."""
_WHERE = ("back", "pane.next", "pane.previous", "row.down", "row.up", "help")
_OF_SAY = ("form.hear", "form.keep", "form.forget")
_OWN = ("form.send", "form.request", *_OF_SAY)


class FormDialog(Dialog[Args]):
    """Answers the filled form, or None when it was left."""

    BINDINGS = bindings(BY_ID[name] for name in (*_WHERE, *_OWN))

    DEFAULT_CSS = """
    FormDialog > .box { width: 80; padding: 0 1; }
    FormDialog .fields { height: auto; scrollbar-size-vertical: 1; }
    FormDialog .row { height: auto; }
    FormDialog .label { color: $muted; height: 1; width: 15; text-align: right; }
    FormDialog .label.-wrong { color: $refused; text-style: bold; }
    FormDialog Horizontal > Input, FormDialog Horizontal > Choice { width: 1fr; margin-left: 1; }
    FormDialog Matches { margin-left: 16; }
    FormDialog Input { background: $panel; color: $foreground; }
    FormDialog Input:focus { background: $cursor; }
    FormDialog #about {
        color: $muted; height: auto; min-height: 2; max-height: 4; margin: 1 0 0 16;
    }
    FormDialog #problems { height: 2; color: $muted; }
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
        sends: Sends | None = None,
        extras: Mapping[str, Extra] = _NO_EXTRAS,
        drafts: Drafts | None = None,
        draft: str = "",
        typed: Args = NO_ARGS,
    ) -> None:
        """Ask for `form`.

        Args:
            form: Its fields.
            check: Says what is wrong with what was typed.
            title: What is done to whom; text from outside is made safe.
            given: Values that are filled in already.
            suggestions: By `Field.suggest`: what can be chosen from.
            limits: By field: the most characters there may be, tags of SSML not counted.
            hints: By field: what is said of it in place of the form's own words.
            start: The field to start in; the first empty one where none is named.
            sends: Tells the requests it would send.
            extras: By the id of a form's action: what its key does here besides.
            drafts: Where what was typed is kept when the form is left.
            draft: Under which name; the form's own where none is given.
            typed: Values that go before what was kept.
        """
        super().__init__(title, "")
        self._form, self._check = form, check
        defaults = {field.name: field.default for field in form.fields}
        self._before = {**defaults, **given}
        self._drafts, self._draft = drafts, draft or form.name
        kept = drafts.of(self._draft) if drafts is not None else NO_ARGS
        self._given = {**self._before, **kept, **typed}
        self._restored = bool(kept)
        self._suggestions, self._limits = suggestions, limits
        self._hints, self._sends, self._extras = hints, sends, extras
        self._suggesting = {field.name for field in form.fields if field.suggests}
        self._typing = ""
        """The field that suggestions are for."""
        self._start = start
        self._tried = False
        self._said = ""
        self._shown: dict[str | None, str] = {}

    def content(self) -> ComposeResult:
        """Yield label and input of each field, what is said of one of them, what is wrong."""
        with VerticalScroll(classes="fields", can_focus=False):
            lines = 0
            numbered: list[tuple[int, Field]] = []
            for field in self._form.fields:
                lines += not (field.beside and numbered)
                numbered.append((lines, field))
            for _, line in groupby(numbered, key=lambda pair: pair[0]):
                fields = [field for _, field in line]
                with Horizontal(classes="row"):
                    for field in fields:
                        yield text(field.label, "label", id=f"label-{field.name}")
                        yield self._control(field)
                for field in fields:
                    if field.suggests:
                        yield Matches((), id=f"match-{field.name}")
        yield text("", id="about")
        yield text("", id="problems")

    def _control(self, field: Field) -> Choice | Input:
        value = self._given[field.name]
        if field.choices:
            return Choice(field.choices, value, id=f"field-{field.name}")
        # Nothing but a colour behind it shows where an empty field is.
        line = "_" * _LONGEST if self.app.no_color else ""
        return LineField(value, line, compact=True, id=f"field-{field.name}")

    def on_mount(self) -> None:
        """Start where it was named, in the first empty field, or the first at fault of a draft."""
        self.query_one(".box").border_subtitle = literal(self._keys())
        self._fit()
        at_fault = self._at_fault(self._look())
        for field in self._form.fields:
            widget = self.query_one(f"#field-{field.name}")
            empty = isinstance(widget, Input) and not widget.value
            begins = field.name in at_fault if self._restored else empty
            if field.name == self._start or (begins and self._start is None):
                widget.focus()
                break
        else:
            self.query_one(f"#field-{self._form.rest}").focus()
        self._look()

    def on_resize(self) -> None:
        """What is said and what is wrong stays in sight; the fields scroll where they must."""
        self._fit()

    def _fit(self) -> None:
        self.query_one(".fields").styles.max_height = max(self.app.size.height - _ROUND, 3)

    def _keys(self) -> str:
        """Return what the keys at the foot do."""
        shown = ["Enter sends"]
        if self._sends is not None:
            shown.append(f"{key_of('form.request', self)} {BY_ID['form.request'].label}")
        for id_ in self._extras:
            shown.append(f"{key_of(id_, self)} {BY_ID[id_].label.split()[0]}")
        return " · ".join([*shown, *([] if self._extras else ["Tab next"]), "Esc leaves"])

    def args(self) -> dict[str, str]:
        """Return what is filled in."""
        return {field.name: self._value(field) for field in self._form.fields}

    def say(self, sentence: str) -> None:
        """Tell something below the fields, until something is typed."""
        if self.is_mounted:
            self._said = clean(sentence, limit=300)
            self._show_about(self.args())

    def fill(self, field: str, value: str) -> None:
        """Put a value into a field that is typed."""
        widget = self.query_one(f"#field-{field}", Input)
        widget.value, widget.cursor_position = value, len(value)

    @property
    def marked(self) -> Match | None:
        """The suggestion that is marked; None: none is."""
        for matches in self.query(f"#match-{self._typing}").results(Matches):
            return matches.chosen
        return None

    def _value(self, field: Field) -> str:
        widget = self.query_one(f"#field-{field.name}")
        assert isinstance(widget, Input | Choice)
        return widget.value

    def on_descendant_focus(self) -> None:
        """Suggest for the field where one types; beside a choice nothing moves."""
        name = self._focused_name()
        if name in self._suggesting:
            self._typing = name
        self.call_after_refresh(self.look)

    def _focused_name(self) -> str:
        return (self.focused.id or "").removeprefix("field-") if self.focused else ""

    @on(Input.Changed)
    @on(Choice.Changed)
    def look(self) -> None:
        """Check again what was typed."""
        if self.is_mounted:
            self._said = ""
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

    # --- sending -------------------------------------------------------------------------------

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def submitted(self) -> None:
        """Answer when nothing is wrong; a chosen suggestion is taken first."""
        focused = self.focused
        if not (isinstance(focused, Input) and self._take_suggestion(focused)):
            self.send()

    def send(self) -> None:
        """Answer when nothing is wrong; else go to the first field at fault."""
        self._tried = True
        problems = self._look()
        if problems:
            at = self._at_fault(problems)
            first = next((each.name for each in self._form.fields if each.name in at), None)
            if first is not None:
                self.query_one(f"#field-{first}").focus()
            return
        if self._drafts is not None:
            self._drafts.drop(self._draft)
        self.dismiss(self.args())

    def _take_suggestion(self, field: Input) -> bool:
        name = (field.id or "").removeprefix("field-")
        found = self.query(f"#match-{name}").results(Matches)
        for matches in found:
            if (match := matches.chosen) is not None and match.value != field.value:
                self.fill(name, match.value)
                matches.release()
                return True
        return False

    def action_run(self, action: str) -> None:
        """Do what a key means in a form: move, send, show, leave."""
        match action:
            case "row.down" | "row.up":
                name = self._focused_name()
                for matches in self.query(f"#match-{name}").results(Matches):
                    matches.move(_STEPS[action])
            case "form.send":
                self.send()
            case "form.request":
                self._show_request()
            case "help":
                self._help()
            case _ if action in self._extras:
                self._extras[action](self)
            case _ if action in _OWN:
                self.say(f"{BY_ID[action].label}: that belongs to the form of say")
            case "back":
                if self._drafts is not None:
                    self._drafts.keep(self._draft, self._before, self.args())
                self.dismiss(None)
            case _:
                super().action_run(action)

    def _help(self) -> None:
        """Show the keys of a form; `?` is typed in most fields, its other key is not."""
        keymap, _ = keys_here(self)
        actions = [keymap.remapped(action, FORM) for action in FORM_ACTIONS]

        def reason(action: Action) -> str | None:
            taken = action.id not in _OF_SAY or action.id in self._extras
            return None if taken else "it belongs to the form of say"

        self.app.push_screen(HelpScreen(actions, reason, place=self._form.title))

    def _show_request(self) -> None:
        problems = self._look()
        if problems:
            self.say(f"nothing can be sent yet: {problems[0]}")
        elif self._sends is not None:
            self.app.push_screen(RequestDialog(self._title, self._sends(self.args())))
        else:
            self.say("nothing leaves this machine")

    # --- what is said --------------------------------------------------------------------------

    def _look(self) -> Sequence[str]:
        """Show counts, suggestions and problems; return the problems."""
        args = self.args()
        for field in self._form.fields:
            if field.suggests:
                self._suggest(field, args)
        needed = [
            Wrong(f"{field.label}: needed", field.name)
            for field in self._form.fields
            if field.required and not args[field.name].strip()
        ]
        problems: Sequence[str] = needed or self._check(args)
        if needed and self._tried:
            # What is filled in and wrong is marked as well, as soon as it was tried to send.
            empty = {each.field for each in needed}
            problems = needed + [
                each
                for each in self._check(args)
                if isinstance(each, Wrong) and each.field not in empty
            ]
        self._mark(self._at_fault(problems))
        line = self.query_one("#problems", Static)
        line.set_class(self._tried, "tried")
        mark = "✗" if self._tried else "·"
        said = [f"{mark} {clean(problem)}" for problem in problems[:_MOST_PROBLEMS]]
        self._put(line, "\n".join(said))
        self._show_about(args)
        return problems

    def _at_fault(self, problems: Sequence[str]) -> set[str]:
        """Return the fields that sentences are about: those they name, or begin with."""
        named = {each.field for each in problems if isinstance(each, Wrong)}
        for each in problems:
            if not isinstance(each, Wrong):
                fits = [field for field in self._form.fields if each.startswith(field.label)]
                named |= {max(fits, key=lambda field: len(field.label)).name} if fits else set()
        return named

    def _mark(self, at_fault: set[str]) -> None:
        """Mark the fields at fault by a sign; in colour once it was tried to send."""
        for field in self._form.fields:
            wrong = field.name in at_fault
            label = self.query_one(f"#label-{field.name}", Static)
            label.set_class(wrong and self._tried, "-wrong")
            sign = ("✗ " if self._tried else "· ") if wrong else ""
            self._put(label, f"{sign}{field.label}")

    def _suggest(self, field: Field, args: Args) -> None:
        """Offer what fits the field where one types."""
        matches = self.query_one(f"#match-{field.name}", Matches)
        source = field.source(args)
        found = self._suggestions.get(source, ()) if source is not None else ()
        matches.offer(found(args) if callable(found) else found)
        matches.seek(args[field.name] if field.name == self._typing else None)

    def _show_about(self, args: Args) -> None:
        """Say something of the field where one is, or what was asked for by a key."""
        name = self._focused_name()
        field = next((each for each in self._form.fields if each.name == name), None)
        words = self._said
        if not words and field is not None:
            says, limit = self._hints.get(field.name), self._limits.get(field.name)
            words = words_of(field, args, says=says, limit=limit)
        if self._restored and not self._said and args == self._given:
            words = f"as you left it; ^u clears a field. {words}"
        self._put(self.query_one("#about", Static), clean(words, limit=300))

    def _put(self, where: Static, words: str) -> None:
        """Show words; only where they may need another line is the form laid out anew."""
        before = self._shown.get(where.id)
        if before != words:
            self._shown[where.id] = words
            where.update(words, layout=max(len(before or ""), len(words)) > _TWO_LINES)
