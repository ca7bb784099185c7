"""From a key to a webhook that is sent again: who gets it, how it is signed, what it says."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from console.actions.forms import FORMS, NO_ARGS, Args
from console.actions.hooks import Hooks
from console.actions.registry import Action
from console.actions.sending import Sending
from console.actions.target import Target
from console.actions.webhook_jobs import body_problem
from console.client.errors import VoiceUnsafeError
from console.config.context import Confirm
from console.ladder.deliveries import Delivery
from console.text import clean
from console.tui.dialogs.form import FormDialog
from console.tui.dialogs.matches import Match
from console.tui.dialogs.question import Option, Question
from console.tui.dialogs.webhook_editor import WebhookEditor
from console.tui.drafts import Drafts
from console.tui.ports import DeskPort
from console.tui.steering import Shows
from console.tui.webhook_words import what_word

_APP: Final = "app"
_HERE: Final = "here"
_OTHER: Final = "other"


class WebhookSteering:
    """Runs the actions that send webhooks and switch the handing on."""

    def __init__(self, desk: DeskPort, hooks: Hooks, shows: Shows) -> None:
        self._desk, self._hooks, self._shows = desk, hooks, shows
        self._drafts = Drafts()
        self.started: list[str] = []
        """Attempts whose outcome was not told yet."""

    def run(
        self, action: Action, target: Target | None, delivery: Delivery | None, given: Args
    ) -> None:
        """Ask what has to be asked about `action`, then start it.

        Args:
            action: One that can run now.
            target: What was under the cursor when the key was pressed.
            delivery: The same, with all that is known of it.
            given: What was typed already; nothing is asked twice.
        """
        if action.id == "webhook.forward":
            self._forward(action, given)
        elif target is not None and delivery is not None:
            if action.id == "webhook.edit":
                self._whom(delivery, given, lambda args: self._edit(action, target, delivery, args))
            elif given.get("to"):
                self._send(action, target, delivery, given)
            else:
                self._whom(delivery, given, lambda args: self._form(action, target, delivery, args))

    # --- to whom -----------------------------------------------------------------------------

    def _whom(self, delivery: Delivery, given: Args, chosen: Callable[[Args], None]) -> None:
        """Ask who gets it, where there is more than one; then go on."""
        app, own = self._hooks.app_url(delivery.record), self._hooks.own_url(delivery.record)
        if given.get("to") or not (app and own):
            chosen({"to": app or own, **given})
            return
        options = [
            Option(_APP, clean(f"your app       {app}", limit=90), "a"),
            Option(_HERE, clean(f"this console   {own}", limit=90), "c"),
            Option(_OTHER, "another URL", "o"),
        ]

        def answered(answer: str | None) -> None:
            if answer is not None:
                chosen({**given, "to": {_APP: app, _HERE: own}.get(answer, "")})

        self._shows.push(
            Question(f"Send again · {what_word(delivery)}", ["To whom?"], options, default=_APP),
            answered,
        )

    def _form(self, action: Action, target: Target, delivery: Delivery, given: Args) -> None:
        own = self._hooks.own_url(delivery.record)
        app = self._hooks.app_url(delivery.record)
        receivers = [Match(app, "your app"), Match(own, "this console")]

        def answered(args: Args | None) -> None:
            if args is not None:
                self._send(action, target, delivery, args)

        dialog = FormDialog(
            FORMS["resend"],
            lambda args: self._desk.performer.preflight(action.id, target, args),
            title=f"Send again · {what_word(delivery)} as it came",
            given={**self._signing(delivery), **given},
            suggestions={"receivers": [each for each in receivers if each.value]},
            limits={},
            start="sign" if given.get("to") else None,
            sends=partial(again, delivery),
            drafts=self._drafts,
            draft=f"{action.form} {target.id}",
        )
        self._shows.push(dialog, answered)

    def _edit(self, action: Action, target: Target, delivery: Delivery, given: Args) -> None:
        is_get = delivery.record.meta.get("method") == "GET"
        try:
            body = editable(delivery.record.raw, is_get=is_get)
        except UnicodeDecodeError:
            self._shows.say(f"{action.label}: its bytes are no text")
            return

        def check(args: Args) -> Sequence[str]:
            problem = body_problem(args["body"], is_get=is_get)
            found = self._desk.performer.preflight(action.id, target, args)
            return [problem, *found] if problem else found

        def answered(args: Args | None) -> None:
            if args is not None:
                self._send(action, target, delivery, args)

        title = f"Edit and send · {what_word(delivery)}"
        begin = {**self._signing(delivery), "body": body, **given}
        editor = WebhookEditor(
            title,
            begin,
            check,
            sends=partial(edited, delivery),
            drafts=self._drafts,
            draft=f"{action.form} {target.id}",
        )
        self._shows.push(editor, answered)

    def _signing(self, delivery: Delivery) -> Args:
        """Return how it is signed unless one chooses: anew where that is possible."""
        if self._hooks.context.signature_secret:
            return {"sign": "new"}
        remembered = self._hooks.tokens.of(delivery.key) is not None
        return {"sign": "old" if remembered else "none"}

    # --- sending -------------------------------------------------------------------------------

    def _send(self, action: Action, target: Target, delivery: Delivery, args: Args) -> None:
        to = args.get("to", "")
        try:
            risky = self._hooks.is_risky(to)
        except VoiceUnsafeError as error:
            self._shows.say(f"✗ {action.label}: {error}")
            return
        if not risky or self._hooks.context.confirm is Confirm.NEVER:
            self._start(action, target, args)
            return
        lines = [
            clean(f"{what_word(delivery)} goes to {to}", limit=200),
            "It is another machine, and this context is no sandbox: whoever takes it there takes"
            " it for true.",
        ]
        self._ask(action, target, args, lines, "send it")

    def _forward(self, action: Action, given: Args) -> None:
        hooks = self._hooks
        if not given and not hooks.app:
            self._ask_app(action)
            return
        off = given.get("state") == "off" or (not given and hooks.handed_on)
        if hooks.context.is_sandbox or hooks.context.confirm is Confirm.NEVER:
            self._start(action, None, given)
            return
        app = clean(given.get("to") or hooks.app, limit=120)
        lines = (
            [f"{app} is not asked any more: callers hear an apology."]
            if off
            else [f"{app} is asked how calls are answered."]
        )
        self._ask(action, None, given, lines, "switch it off" if off else "switch it on")

    def _ask_app(self, action: Action) -> None:
        def answered(args: Args | None) -> None:
            if args is not None:
                self._forward(action, args)

        dialog = FormDialog(
            FORMS["forward"],
            lambda args: self._desk.performer.preflight(action.id, None, args),
            title="Hand on to your app",
            given={"to": "http://localhost:3000/webhooks/answer", "state": "on"},
            suggestions={},
            limits={},
            start="to",
            drafts=self._drafts,
        )
        self._shows.push(dialog, answered)

    def _ask(
        self, action: Action, target: Target | None, args: Args, lines: Sequence[str], yes: str
    ) -> None:
        options = [Option("yes", yes, "y", dangerous=True), Option("no", "no", "n")]

        def answered(answer: str | None) -> None:
            if answer == "yes":
                self._start(action, target, args)

        title = f"{action.label} · {self._hooks.context.frame.word}"
        self._shows.push(Question(title, lines, options, default="no"), answered)

    def _start(self, action: Action, target: Target | None, args: Args = NO_ARGS) -> None:
        if reasons := self._desk.performer.preflight(action.id, target, args):
            self._shows.say(f"✗ {action.label}: {reasons[0]}")
            return
        self.started.append(self._desk.performer.start(action.id, target, args))


def again(delivery: Delivery, args: Args) -> Sequence[Sending]:
    """Return what sends a webhook once more, as it came."""
    return (_sending(delivery, delivery.record.raw, "its bytes as they came", args),)


def edited(delivery: Delivery, args: Args) -> Sequence[Sending]:
    """Return what sends an edited webhook."""
    return (_sending(delivery, args["body"].encode(), "its bytes as edited", args),)


def _sending(delivery: Delivery, raw: bytes, what: str, args: Args) -> Sending:
    sign = {"new": "made anew", "old": "as it came"}.get(args["sign"], args["sign"])
    method = str(delivery.record.meta.get("method", "POST"))
    body: object = None
    if method != "GET":
        # What is no JSON object is sent all the same; here it has no lines to show.
        with suppress(ValueError, RecursionError):
            body = json.loads(raw)
    found = body if isinstance(body, dict) else None
    how = f"({what}; signature {sign})"
    return Sending(method=method, path=args["to"], body=found, when=how)


def editable(raw: bytes, *, is_get: bool) -> str:
    """Return a webhook as it is edited: JSON over lines, a query as it is.

    Raises:
        UnicodeDecodeError: It is no UTF-8.
    """
    text = raw.decode()
    if is_get:
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
