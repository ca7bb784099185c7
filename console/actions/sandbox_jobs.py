"""From an action on a sandbox to the requests that carry it out, and their read-back."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from console.actions.form import ArgsError, Wrong
from console.actions.forms import FORMS, Args
from console.actions.job import Done, Job
from console.actions.sending import Sending
from console.client.errors import VoiceError
from console.client.sandbox_stage import SandboxStage
from console.voice.numbers import number_problem, typed_digits

DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "unanswered": ("unavailable", "timeout", "carrier_timeout"),
    "failed": ("cannot_route", "number_out_of_service", "internal_error"),
}
"""Values of `detail` where a behaviour takes one; the first is the default."""
SHARES: Final = ("duplicate", "swap", "drop", "unsigned")
_ANSWERING: Final = ("answer", "machine")
_LONGEST_S: Final = 30 * 86_400
_LONGEST_DELAY_MS: Final = 3_600_000
_GREETING: Final = 500


class SandboxJobs:
    """Makes jobs on what a sandbox is set to.

    Args:
        stage: The sandbox's own side; None: the other end is no sandbox.
    """

    def __init__(self, stage: SandboxStage | None) -> None:
        self._stage = stage

    def make(self, action: str, args: Args) -> Job:
        """Return what `action` sends.

        Raises:
            ArgsError: What was typed cannot be sent, or there is no sandbox.
        """
        stage = self._stage
        if stage is None:
            raise ArgsError("the other end is no sandbox")
        match action:
            case "sandbox.behave":
                number, body = _number(args), behaviour(args)
                return self._job(
                    args,
                    lambda cause: stage.behave(number, body, cause=cause),
                    Sending(method="PUT", path=f"/sandbox/numbers/{number}", body=body),
                )
            case "sandbox.default":
                number = _number(args)
                return self._job(
                    args,
                    lambda cause: stage.unset(number, cause=cause),
                    Sending(method="DELETE", path=f"/sandbox/numbers/{number}"),
                )
            case "sandbox.faults":
                return self._faults(stage, args)
            case "sandbox.calm":
                return self._job(
                    args,
                    lambda cause: stage.set_faults(_CALM, cause=cause),
                    Sending(method="POST", path="/sandbox/faults", body=_CALM),
                )
            case "sandbox.clock":
                moved = _advance(args)
                return self._job(
                    args,
                    lambda cause: stage.advance(moved, cause=cause),
                    Sending(method="POST", path="/sandbox/clock", body=moved),
                )
            case _:
                return self._job(
                    args,
                    lambda cause: stage.reset(cause=cause),
                    Sending(method="POST", path="/sandbox/reset"),
                )

    def _faults(self, stage: SandboxStage, args: Args) -> Job:
        body = faults(args)

        async def send(cause: str) -> None:
            # What the form cannot say stays: rules for requests of the API.
            rules = (await stage.read(cause)).faults.get("api", [])
            await stage.set_faults({**body, "api": rules}, cause=cause)

        kept = "(and the rules for requests of the API, as they are)"
        return self._job(
            args, send, Sending(method="POST", path="/sandbox/faults", body=body, when=kept)
        )

    def _job(self, args: Args, send: Callable[[str], Awaitable[None]], sends: Sending) -> Job:
        stage = self._stage
        assert stage is not None

        async def run(cause: str) -> Done:
            await send(cause)
            try:
                await stage.read(cause)
            except VoiceError:
                # It was accepted; that it cannot be read back now is in the journal.
                return Done()
            return Done()

        return Job(run=run, args=dict(args), sends=(sends,))


_CALM: Final[Mapping[str, Any]] = {**dict.fromkeys(SHARES, 0.0), "delay_ms": 0, "seed": 1}


def behaviour(args: Args) -> dict[str, Any]:
    """Return the body of `PUT /sandbox/numbers/{number}`.

    Raises:
        ArgsError: With every reason.
    """
    kind = args.get("behaviour", "answer").strip() or "answer"
    reasons: list[str] = []
    choices = next(f.choices for f in FORMS["behaviour"].fields if f.name == "behaviour")
    if kind not in choices:
        raise ArgsError(f"Behaviour is one of {', '.join(choices)}")
    body: dict[str, Any] = {"behaviour": kind}
    for name, label, kinds in (
        ("after", "After", choices),
        ("beep_after", "Beep after", ("machine",)),
        ("hangup_after", "Hang up after", _ANSWERING),
    ):
        typed = args.get(name, "").strip()
        if not typed:
            continue
        seconds = _seconds(typed)
        if seconds is None:
            reasons.append(Wrong(f"{label}: seconds, from 0", name))
        elif kind not in kinds:
            reasons.append(Wrong(f"{label} is only for {' and '.join(kinds)}", name))
        else:
            body[name] = seconds
    body.setdefault("after", 1.0)
    detail, details = args.get("detail", "").strip(), DETAILS.get(kind, ())
    if detail and detail not in details:
        of = f"one of {', '.join(details)}" if details else "only for unanswered and failed"
        reasons.append(Wrong(f"Detail is {of}", "detail"))
    elif details:
        body["detail"] = detail or details[0]
    greeting = args.get("greeting", "").strip()
    if greeting and kind not in (*_ANSWERING, "ring"):
        reasons.append(Wrong("Greeting is only for answer, machine and ring", "greeting"))
    elif len(greeting) > _GREETING:
        said = f"Greeting has {len(greeting):,} of {_GREETING} characters"
        reasons.append(Wrong(said, "greeting"))
    elif greeting:
        body["greeting"] = greeting
    if reasons:
        raise ArgsError(*reasons)
    return body


def faults(args: Args) -> dict[str, Any]:
    """Return the body of `POST /sandbox/faults`, without rules for the API.

    Raises:
        ArgsError: With every reason.
    """
    body: dict[str, Any] = {}
    reasons: list[str] = []
    for name in SHARES:
        share = _seconds(args.get(name, "").strip() or "0")
        if share is None or share > 1:
            reasons.append(Wrong(f"{name.capitalize()} is a share from 0 to 1", name))
        else:
            body[name] = share
    for name, label, most in (("delay", "Delay", _LONGEST_DELAY_MS), ("seed", "Seed", 2**53)):
        typed = args.get(name, "").strip() or ("1" if name == "seed" else "0")
        if not typed.isdecimal() or len(typed) > 16 or int(typed) > most:
            reasons.append(Wrong(f"{label} is a whole number from 0 to {most}", name))
        else:
            body["delay_ms" if name == "delay" else name] = int(typed)
    if reasons:
        raise ArgsError(*reasons)
    return body


def _advance(args: Args) -> dict[str, Any]:
    typed = args.get("by", "").strip()
    if typed == "idle":
        return {"until": "idle"}
    seconds = _seconds(typed)
    if seconds is None or seconds > _LONGEST_S:
        raise ArgsError(Wrong(f"By: seconds up to {_LONGEST_S:,}, or idle", "by"))
    return {"advance": seconds}


def _number(args: Args) -> str:
    number = typed_digits(args.get("number", ""))
    if number is None:
        said = "Number: the digits of a number in international form"
        if why := number_problem(args.get("number", "")):
            said += f" ({why})"
        raise ArgsError(Wrong(said, "number"))
    return number


def _seconds(typed: str) -> float | None:
    try:
        value = float(typed)
    except ValueError:
        return None
    return value if 0 <= value < 10**9 else None
