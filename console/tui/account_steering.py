"""From a key to a change of the account: what is filled in, what is asked, what is sent then."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from console.actions.account import Account
from console.actions.account_requests import (
    change_lines,
    changed_args,
    pointed,
    voice_change,
    webhook_args,
)
from console.actions.forms import FORMS, NO_ARGS, Args
from console.actions.registry import Action
from console.actions.requests import ArgsError
from console.actions.sending import Sending
from console.actions.target import Target
from console.client.safety import is_loopback
from console.config.context import Confirm, SignaturePolicy
from console.http import URL
from console.text import clean
from console.tui.account_facts import forwarding
from console.tui.dialogs.form import FormDialog, Sends
from console.tui.dialogs.matches import Match
from console.tui.dialogs.question import Option, Question
from console.tui.drafts import Drafts
from console.tui.ports import DeskPort
from console.tui.steering import Shows

_MOST_LINES = 10


class AccountSteering:
    """Runs the actions that change applications and numbers."""

    def __init__(self, desk: DeskPort, account: Account, shows: Shows) -> None:
        self._desk, self._account, self._shows = desk, account, shows
        self._drafts = Drafts()

    def run(self, action: Action, target: Target | None, given: Args = NO_ARGS) -> None:
        """Ask what has to be asked about `action` on `target`, then start it.

        Args:
            action: One that can run now.
            target: What was under the cursor when the key was pressed.
            given: What was typed already; nothing is asked twice.
        """
        if target is None:
            return
        match action.id:
            case "application.webhooks":
                self._edit(action, target, given)
            case "application.point":
                self._point(action, target)
            case "number.link":
                self._link(action, target, given)
            case _:
                self._unlink(action, target)

    def whom(self, target: Target | None) -> str:
        """Return the name of a target for titles and notices; safe text."""
        if target is None:
            return ""
        known = self._account.application(target.id)
        return clean((known.name if known is not None else "") or target.id, limit=32)

    # --- applications ----------------------------------------------------------------------------

    def _edit(self, action: Action, target: Target, given: Args) -> None:
        before = self._account.application(target.id)
        if before is None:
            return
        now = webhook_args(before)

        def check(args: Args) -> Sequence[str]:
            return self._reasons(action, target, changed_args(args, now))

        def answered(args: Args | None) -> None:
            if args is not None:
                changes = changed_args(args, now)
                lines = [*change_lines(before, changes), *self._warnings(changes)]
                self._ask(action, target, changes, lines, "change it")

        if given and not check({**now, **given}):
            answered({**now, **given})
            return

        def sends(args: Args) -> Sequence[Sending]:
            return self._desk.performer.sends(action.id, target, changed_args(args, now))

        base = {**now, **given}
        self._form(action, target, check, base, answered, start="answer", sends=sends)

    def _point(self, action: Action, target: Target) -> None:
        before, ours = self._account.application(target.id), self._account.ours
        if before is None or ours is None:
            return
        if reasons := self._reasons(action, target, NO_ARGS):
            self._shows.say(f"✗ {action.label}: {reasons[0]}")
            return
        lines = [*change_lines(before, pointed(ours))]
        # What a desk on a sandbox points at itself it points back when it closes.
        if not (self._desk.context.is_sandbox and target.id == self._account.own_id):
            lines.append("It stays so when this console closes.")
        self._ask(action, target, NO_ARGS, lines, "point it here")

    def _warnings(self, changes: Args) -> list[str]:
        """Return what a person should know of a change before it is sent."""
        context = self._desk.context
        warnings: list[str] = []
        change = voice_change(changes)
        away = [
            hook.address
            for hook in change.hooks.values()
            if hook.address and is_loopback(URL(hook.address).host)
        ]
        if away and not context.is_sandbox:
            warnings.append(f"! The platform cannot reach {away[0]}: it is this machine.")
        if change.signed is False and context.receiver.policy is SignaturePolicy.REJECT:
            warnings.append("! This console refuses webhooks that are not signed.")
        return warnings

    # --- numbers ---------------------------------------------------------------------------------

    def _link(self, action: Action, target: Target, given: Args) -> None:
        number = self._account.number(target.id)

        def check(args: Args) -> Sequence[str]:
            return self._reasons(action, target, args)

        def answered(args: Args | None) -> None:
            if args is None:
                return
            lines = [f"{target.id}: its calls go to {self._named(args.get('application', ''))}."]
            if number is not None and number.app_id:
                lines.append(f"They go to {self._named(number.app_id)} now.")
            if number is not None and number.forwards:
                then = "taken away" if args.get("callback") == "clear" else "kept, and goes before"
                lines.append(f"Its forwarding to {forwarding(number)} is {then}.")
            free = number is not None and not number.app_id and not number.forwards
            if free:
                self._start(action, target, args)
            else:
                self._ask(action, target, args, lines, "link it")

        if given and not check(given):
            answered(given)
            return
        sends = partial(self._desk.performer.sends, action.id, target)
        self._form(action, target, check, given, answered, start="application", sends=sends)

    def _unlink(self, action: Action, target: Target) -> None:
        number = self._account.number(target.id)
        name = self._named(number.app_id) if number is not None else "its application"
        lines = [f"{target.id} is linked to {name}.", "Nobody gets its calls then."]
        self._ask(action, target, NO_ARGS, lines, "unlink it")

    def _named(self, app_id: str) -> str:
        known = self._account.application(app_id)
        return f"{known.name} ({app_id})" if known is not None and known.name else app_id

    # --- asking ----------------------------------------------------------------------------------

    def _reasons(self, action: Action, target: Target, args: Args) -> Sequence[str]:
        try:
            return self._desk.performer.preflight(action.id, target, args)
        except ArgsError as error:
            return error.reasons

    def _form(
        self,
        action: Action,
        target: Target,
        check: Callable[[Args], Sequence[str]],
        given: Args,
        answered: Callable[[Args | None], None],
        *,
        start: str,
        sends: Sends,
    ) -> None:
        form = FORMS[action.form or ""]
        title = f"{form.title} · {self.whom(target)}"
        dialog = FormDialog(
            form,
            check,
            title=title,
            given=given,
            suggestions=self._suggestions(),
            limits={},
            start=start,
            sends=sends,
            drafts=self._drafts,
            draft=f"{form.name} {target.id}",
        )
        self._shows.push(dialog, answered)

    def _suggestions(self) -> Mapping[str, Sequence[Match]]:
        known = self._account.state.applications
        return {"applications": [Match(each.id, each.name or "no name") for each in known]}

    def _ask(
        self, action: Action, target: Target, args: Args, lines: Sequence[str], yes: str
    ) -> None:
        """Show exactly what becomes another, and start only on a yes."""
        start = partial(self._start, action, target, args)
        if self._desk.context.confirm is Confirm.NEVER:
            start()
            return
        said = [clean(line, limit=300) for line in lines[:_MOST_LINES]]
        if len(lines) > _MOST_LINES:
            said.append(clean(f"… and {len(lines) - _MOST_LINES} more"))

        def answered(answer: str | None) -> None:
            if answer == "yes":
                start()
            else:
                self._shows.say(f"{action.label}: nothing was sent")

        options = [
            Option("yes", f"{yes}  ({clean(self._desk.context.frame.word, limit=16)})", "y", True),
            Option("no", "no, leave it", "n"),
        ]
        title = f"{action.label.capitalize()} · {self.whom(target)}"
        self._shows.push(Question(title, said, options, default="no"), answered)

    def _start(self, action: Action, target: Target, args: Args) -> None:
        if reasons := self._reasons(action, target, args):
            self._shows.say(f"✗ {action.label}: {reasons[0]}")
            return
        self._desk.performer.start(action.id, target, args)
