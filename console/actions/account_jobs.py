"""From an action on the account to the requests that carry it out, and their proof."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from console.actions.account import Account
from console.actions.account_requests import check_change, pointed, voice_change
from console.actions.forms import FORMS, Args
from console.actions.job import Done, Job
from console.actions.outcome import ActionError
from console.actions.requests import ArgsError
from console.actions.sending import Sending
from console.actions.target import Target, TargetKind
from console.client.errors import VoiceError
from console.client.safety import is_loopback, parse
from console.config.context import Context
from console.voice.applications import VoiceChange, changed, differs
from console.voice.own_numbers import link_form

ACCOUNT_ACTIONS: Final = frozenset(
    {"application.webhooks", "application.point", "number.link", "number.unlink"}
)


class AccountJobs:
    """Makes jobs on applications and numbers. A change is read back, which is its proof.

    Args:
        account: What is known of them, and who asks.
        context: Whether the other end is a sandbox.
    """

    def __init__(self, account: Account, context: Context) -> None:
        self._account = account
        self._context = context
        # Each change reads, changes and writes back: two at once would undo each other.
        self._turn = asyncio.Lock()

    def make(self, action: str, target: Target | None, args: Args) -> Job:
        """Return what `action` on `target` sends.

        Raises:
            ArgsError: What was typed cannot be sent.
        """
        match action, target:
            case "application.webhooks", Target(kind=TargetKind.APPLICATION, id=id_):
                return self._change(id_, args)
            case "application.point", Target(kind=TargetKind.APPLICATION, id=id_):
                return self._change(id_, self._ours())
            case "number.link", Target(kind=TargetKind.NUMBER, id=msisdn):
                return self._link(msisdn, args)
            case "number.unlink", Target(kind=TargetKind.NUMBER, id=msisdn):
                return self._set_link(msisdn, "", {"number": msisdn})
        kind = action.partition(".")[0]
        raise ArgsError(f"select {'an' if kind == 'application' else 'a'} {kind} first")

    # --- applications ----------------------------------------------------------------------------

    def _ours(self) -> Args:
        ours = self._account.ours
        if ours is None or not ours.answer_url:
            raise ArgsError("nothing is received here")
        if not self._context.is_sandbox and is_loopback(parse(ours.answer_url).host):
            raise ArgsError(
                f"the platform cannot reach {ours.answer_url}: it is this machine; set"
                " receiver.public_url to the address of a tunnel"
            )
        return pointed(ours)

    def _change(self, id_: str, args: Args) -> Job:
        if not args:
            raise ArgsError("nothing is changed")
        change = voice_change(args)
        known = self._account.application(id_)
        if known is not None:
            check_change(change, known)

        async def run(cause: str) -> Done:
            applications = self._account.applications
            before = await applications.change(change, id_, cause=cause)
            if known is None and not differs(before, change):
                raise ActionError("nothing is changed: it was so already")
            return await self._read_application(id_, change, cause)

        path = f"/v2/applications/{id_}"
        sends = (
            Sending(method="GET", path=path),
            Sending(
                method="PUT",
                path=path,
                body=None if known is None else changed(known.wire, change),
                when="(what was read, with this change)",
            ),
        )
        return Job(run=self._in_turn(run), args={"application": id_, **args}, sends=sends)

    async def _read_application(self, id_: str, change: VoiceChange, cause: str) -> Done:
        try:
            found = await self._account.applications.read(id_, cause=cause, readback=True)
        except VoiceError:
            # It was accepted; that it cannot be read back now is in the journal.
            return Done()
        self._account.saw_application(found)
        return Done(failed=_otherwise(", ".join(differs(found, change))))

    # --- numbers ---------------------------------------------------------------------------------

    def _link(self, msisdn: str, args: Args) -> Job:
        names = {field.name for field in FORMS["link"].fields}
        if unknown := set(args) - names:
            raise ArgsError(f"there is no “{min(unknown)}” here")
        app_id = args.get("application", "").strip()
        if not app_id:
            raise ArgsError("Application is missing")
        callback = args.get("callback", "keep").strip()
        if callback not in ("keep", "clear"):
            raise ArgsError("Forwarding is one of keep, clear")
        if self._account.state.read_at_ms is not None:
            if self._account.application(app_id) is None:
                raise ArgsError(f"there is no application {app_id} in this account")
            known = self._account.number(msisdn)
            if known is not None and known.app_id == app_id and callback == "keep":
                raise ArgsError("it is linked to this application already")
        told = {"number": msisdn, "application": app_id, "callback": callback}
        return self._set_link(msisdn, app_id, told, clear=callback == "clear")

    def _set_link(self, msisdn: str, app_id: str, args: Args, *, clear: bool = False) -> Job:
        async def run(cause: str) -> Done:
            numbers = self._account.numbers
            number = await numbers.read(msisdn, cause=cause)
            if number is None:
                raise ActionError(f"{msisdn} is not a number of this account")
            await numbers.link(number, app_id, clear_callback=clear, cause=cause)
            try:
                found = await numbers.read(msisdn, cause=cause, readback=True)
            except VoiceError:
                # As above.
                return Done()
            if found is None:
                return Done(failed=_otherwise("the number is gone"))
            self._account.saw_number(found)
            wrong = [] if found.app_id == app_id else [f"app_id is {found.app_id or 'none'}"]
            if clear and found.forwards:
                wrong.append(f"it still forwards to {found.callback_value}")
            return Done(failed=_otherwise("; ".join(wrong)))

        known = self._account.number(msisdn)
        form = {} if known is None else link_form(known, app_id, clear_callback=clear)
        sends = Sending(method="POST", path="/number/update", body=form, when="(as a form)")
        return Job(run=self._in_turn(run), args=dict(args), sends=(sends,))

    def _in_turn(
        self, run: Callable[[str], Coroutine[Any, Any, Done]]
    ) -> Callable[[str], Coroutine[Any, Any, Done]]:
        async def in_turn(cause: str) -> Done:
            async with self._turn:
                return await run(cause)

        return in_turn


def _otherwise(what: str) -> str:
    return f"the API accepted it, but what was read back differs: {what}" if what else ""
