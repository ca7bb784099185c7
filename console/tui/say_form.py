"""What the keys of the say form do besides: hear the text, keep it, forget it."""

import asyncio
from collections.abc import Mapping
from typing import Final

from console.actions.form import Wrong
from console.actions.forms import FORMS, Args
from console.config.errors import ConfigError
from console.config.phrases import name_for, name_problem, save_phrase
from console.tasks import spawn
from console.text import clean
from console.tui.dialogs.form import Extra, FormDialog
from console.tui.dialogs.question import Option, Question
from console.tui.form_knowledge import FormKnowledge
from console.tui.preview import Hears

_NO_VOICE: Final = "there is no voice here to hear it by"


class SayForm:
    """The phrase book and the preview, from within the form."""

    def __init__(self, knowledge: FormKnowledge) -> None:
        self._knowledge = knowledge

    def extras(self) -> Mapping[str, Extra]:
        """Return what each key does, by its action."""
        return {"form.hear": hear, "form.keep": self._keep, "form.forget": self._forget}

    def _keep(self, form: FormDialog) -> None:
        text = form.args()["text"].strip()
        if not text:
            form.say("there is no text to keep yet")
            return

        def wrong(args: Args) -> list[str]:
            known = {match.note: match.value for match in self._knowledge.phrases}
            name = args["name"].strip()
            if known.get(name, text) != text:
                return [Wrong(f"Name: {name} is another phrase already", "name")]
            problem = name_problem(name)
            return [Wrong(problem, "name")] if problem else []

        def named(args: Args | None) -> None:
            if args is not None:
                name = args["name"].strip()
                save = self._save(form, name, args["text"], f"kept as {name}; ↓ offers it")
                spawn(save, name="keep a phrase")

        ask = FormDialog(
            FORMS["phrase"],
            wrong,
            title="Keep a phrase",
            given={"name": name_for(text), "text": text},
            suggestions={},
            limits={},
            start="name",
        )
        form.app.push_screen(ask, named)

    def _forget(self, form: FormDialog) -> None:
        marked, text = form.marked, form.args()["text"].strip()
        wanted = marked.value if marked is not None else text
        phrase = next((each for each in self._knowledge.phrases if each.value == wanted), None)
        if phrase is None:
            form.say("this is no phrase of the book; ↓ marks one, then this key forgets it")
            return

        def answered(answer: str | None) -> None:
            if answer == "yes":
                said = f"{phrase.note} is forgotten"
                spawn(self._save(form, phrase.note, "", said), name="forget a phrase")

        options = [Option("yes", "forget it", "y", dangerous=True), Option("no", "no", "n")]
        title = f"Forget the phrase {phrase.note}"
        lines = [clean(phrase.value, limit=200)]
        form.app.push_screen(Question(title, lines, options, default="no"), answered)

    async def _save(self, form: FormDialog, name: str, text: str, said: str) -> None:
        try:
            await asyncio.to_thread(save_phrase, self._knowledge.book, name, text)
        except ConfigError as error:
            said = str(error)
        await self._knowledge.read()
        if form.is_mounted:
            form.look()
        form.say(said)


def hear(form: FormDialog) -> None:
    """Let the text be heard, or end that."""
    app, args = form.app, form.args()
    preview = app.preview if isinstance(app, Hears) else None
    if preview is None:
        form.say(_NO_VOICE)
    elif not args["text"].strip():
        form.say("there is no text to hear yet")
    else:
        style = int(args["style"]) if args["style"].isdecimal() else 0
        preview.toggle(
            args["text"], args["language"], style, form.say, premium=args["premium"] == "yes"
        )


NOTHING: Final[Mapping[str, Extra]] = {}
"""Of every other form."""
