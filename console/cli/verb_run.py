"""Performs what a shell verb asks for, and says what became of it."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from console.actions.availability import UP
from console.actions.forms import Args
from console.actions.naming import NamingError, is_whole_id, named
from console.actions.outcome import ActionError, Outcome, Stage
from console.actions.requests import ArgsError
from console.actions.target import Target, TargetKind
from console.cli.boundary import exit_code_of
from console.cli.exit_codes import ExitCode
from console.cli.journal_option import commands_journal
from console.cli.order import Order, Wait
from console.cli.selection import Selection
from console.cli.verb import MAKES_CALL
from console.client.pacing import forecast
from console.config.context import Confirm
from console.desk.shell import ShellDesk, open_shell
from console.text import clean
from console.voice.defects import is_url
from console.voice.statuses import ENDED

AT_ONCE: Final = 64
"""So many of a batch are under way together; the client keeps below the platform's rates."""


class NotInTime(Exception):
    """What was waited for did not happen in time; the text says what stands."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One of what is to be done."""

    typed: str
    target: Target | None
    args: Args


async def run_verb(selection: Selection, journal: Path | None, order: Order) -> int:
    """Do it, and return the exit code.

    Raises:
        ActionError: The one action came to nothing.
        NotInTime: It did not come as far as was asked.
        ArgsError: What was typed cannot be sent; nothing was.
        DeskError: Something stands in the way.
    """
    context = selection.load_told().context
    if order.event_url is not None and not is_url(order.event_url, ("http", "https")):
        raise ArgsError(f"“{clean(order.event_url, 200)}” is not an http or https URL")
    path = commands_journal(journal, context.name)
    async with open_shell(
        context, journal_path=path, own=journal is not None, event_url=order.event_url
    ) as desk:
        await desk.meet()
        pieces = await _pieces(desk, order)
        if order.language:
            _print_programs(desk, order, pieces)
            return ExitCode.OK
        _ask_first(desk, order, pieces)
        _forecast(desk, order, pieces)
        code = await _perform_all(desk, order, pieces)
        await _finish_blocks(desk)
    return code


# --- on what -------------------------------------------------------------------------------------


async def _pieces(desk: ShellDesk, order: Order) -> list[_Piece]:
    if order.action.target is TargetKind.NONE:
        pieces = [
            _Piece(typed, None, {**order.args, order.subject_field: typed})
            for typed in order.subjects
        ]
        _check(desk, order, pieces)
        return pieces
    # On the platform a whole id is asked for by itself, once the action needs it.
    whole = all(is_whole_id(typed) for typed in order.subjects)
    if not whole or desk.sandbox is not None or order.action.target is not TargetKind.LEG:
        await desk.learn()
    found: list[_Piece] = []
    wrong: list[str] = []
    for typed in order.subjects:
        try:
            target = named(desk.store.floor, typed, order.action.target)
        except NamingError as error:
            wrong.append(str(error))
        else:
            found.append(_Piece(typed, target, order.args))
    if wrong:
        raise ArgsError(*wrong)
    return found


def _print_programs(desk: ShellDesk, order: Order, pieces: Sequence[_Piece]) -> None:
    """Print what would be sent.

    Raises:
        ArgsError: It cannot be done, or nothing is known of what it would send.
    """
    from console.actions.languages import program
    from console.actions.snippet import of_sending

    sent = [
        of_sending(desk.context, sending)
        for piece in pieces
        for sending in desk.performer.sends(order.action.id, piece.target, piece.args)
    ]
    if not sent:
        raise ArgsError(f"what {order.word} sends is told by the API only once it is done")
    sys.stdout.write(program(order.language, sent).rstrip("\n") + "\n")
    sys.stdout.flush()


def _check(desk: ShellDesk, order: Order, pieces: Sequence[_Piece]) -> None:
    """Of many, nothing is sent where one of them cannot be.

    Raises:
        ArgsError: One cannot.
    """
    wrong = [
        f"{clean(piece.typed, 60)}: {reason}"
        for piece in pieces
        for reason in desk.performer.preflight(order.action.id, piece.target, piece.args)
    ]
    if wrong and order.many:
        raise ArgsError(*wrong)


def _ask_first(desk: ShellDesk, order: Order, pieces: Sequence[_Piece]) -> None:
    """Ask before something dangerous.

    Raises:
        click.UsageError: There is nobody to ask.
        click.Abort: The answer was no.
    """
    if not order.action.dangerous or order.yes or desk.context.confirm is Confirm.NEVER:
        return
    whom = _who(desk, pieces[0]) if len(pieces) == 1 else f"{len(pieces)} of them"
    question = f"{order.action.label.capitalize()} {whom} on {clean(desk.context.frame.word)}?"
    if order.many or not sys.stdin.isatty():
        raise click.UsageError(f"{question} There is nobody to ask here: give --yes.")
    click.confirm(question, abort=True, err=True)


def _forecast(desk: ShellDesk, order: Order, pieces: Sequence[_Piece]) -> None:
    """Say how long the pace of the platform makes many take (3.12)."""
    if len(pieces) == 1:
        return
    calls = order.action.id in MAKES_CALL
    most = desk.context.calls_per_second if calls else desk.context.requests_per_second
    seconds = forecast(len(pieces), most)
    what = "new calls" if calls else "requests"
    click.echo(
        f"{len(pieces)} times {order.word}: about {seconds} s, at most {most} {what} a second.",
        err=True,
    )


def _who(desk: ShellDesk, piece: _Piece) -> str:
    if piece.target is None:
        return clean(piece.typed, 60)
    far = desk.store.floor.who(piece.target.id)
    return f"{clean(far, 40)} ({clean(piece.target.id)})" if far else clean(piece.target.id)


# --- doing it ------------------------------------------------------------------------------------


async def _perform_all(desk: ShellDesk, order: Order, pieces: Sequence[_Piece]) -> int:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(piece: _Piece) -> Exception | None:
        async with room:
            return await _perform(desk, order, piece)

    results = await asyncio.gather(*map(one, pieces))
    errors = [error for error in results if error is not None]
    if not errors:
        return ExitCode.OK
    if not order.many:
        raise errors[0]
    for piece, error in zip(pieces, results, strict=True):
        if error is not None:
            click.echo(clean(f"{piece.typed}: {error}", 500), err=True)
    return exit_code_of(errors[0]) or ExitCode.REFUSED


async def _perform(desk: ShellDesk, order: Order, piece: _Piece) -> Exception | None:
    """Perform one, print what became of it, and return why it is not what was asked for."""
    began = desk.clock.monotonic_ns()
    outcome = await desk.performer.perform(order.action.id, piece.target, piece.args)
    error: Exception | None = None
    if outcome.stage is Stage.FAILED:
        error = ActionError(outcome.reason, outcome.error)
    else:
        error = await _wait(desk, order, outcome)
    took_ms = (desk.clock.monotonic_ns() - began) // 1_000_000
    _print(desk, order, piece, outcome, error, took_ms)
    return error


async def _wait(desk: ShellDesk, order: Order, outcome: Outcome) -> Exception | None:
    leg = outcome.leg
    if order.wait is Wait.ACCEPTED or (leg is None and order.wait is not Wait.PROVEN):
        return None

    def reached() -> bool:
        found = desk.store.floor.leg(leg) if leg is not None else None
        status = found.status if found is not None else None
        match order.wait:
            case Wait.ANSWERED:
                return status in UP or status in ENDED
            case Wait.COMPLETED:
                return status in ENDED
            case _:
                return _stage(desk, outcome) is Stage.PROVEN

    if leg is not None:
        desk.watched.add(leg)
    try:
        in_time = await desk.until(reached, order.timeout)
    finally:
        desk.watched.discard(leg or "")
    found = desk.store.floor.leg(leg) if leg is not None else None
    status = found.status if found is not None else None
    over = status in ENDED
    if not in_time:
        stands = f"the leg is {status or 'not heard of yet'}" if leg is not None else "accepted"
        return NotInTime(f"It was not {order.wait.value} within {order.timeout:g} s; {stands}.")
    if order.wait is Wait.ANSWERED and over and found is not None and found.answered_ms is None:
        why = found.reason or f"it is {found.failure or status}"
        return ActionError(f"the call was not answered: {clean(why, 200)}")
    return None


def _stage(desk: ShellDesk, outcome: Outcome) -> Stage:
    """Return how far it came by now: proof may come after the looking for it has ended."""
    attempt = desk.store.floor.attempt(outcome.attempt)
    return attempt.stage if attempt is not None else outcome.stage


async def _finish_blocks(desk: ShellDesk) -> None:
    """Wait for the steps of building blocks.

    Raises:
        ActionError: A step failed.
    """
    flows = tuple(desk.performer.flows)
    if not flows:
        return
    click.echo("The building block goes on with its steps …", err=True)
    if not all(await asyncio.gather(*flows)):
        raise ActionError(
            "a step of the building block failed; see voice-console events --journal"
            f" {desk.journal_path}"
        )


# --- saying it -----------------------------------------------------------------------------------


def _print(
    desk: ShellDesk,
    order: Order,
    piece: _Piece,
    outcome: Outcome,
    error: Exception | None,
    took_ms: int,
) -> None:
    stage = _stage(desk, outcome)
    leg = outcome.leg or _id_of(piece, TargetKind.LEG)
    room = outcome.conversation or _id_of(piece, TargetKind.CONVERSATION)
    found = desk.store.floor.leg(leg) if leg is not None else None
    if order.as_json:
        document: dict[str, Any] = {
            "command": order.word,
            "action": order.action.id,
            "on": piece.typed or None,
            "stage": stage.value,
            "reason": None if error is None else str(error),
            "leg": leg,
            "conversation_uuid": room or (found.conversation if found is not None else None),
            "status": None if found is None or found.status is None else found.status.value,
            "attempt": outcome.attempt,
            "took_ms": took_ms,
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")
    elif stage is not Stage.FAILED:
        sys.stdout.write(f"{stage.value} {clean(leg or room or piece.typed)}\n")
        if not order.many:
            click.echo(f"{order.action.label}: {_WORDS.get(stage, stage.value)}", err=True)
    sys.stdout.flush()


def _id_of(piece: _Piece, kind: TargetKind) -> str | None:
    return piece.target.id if piece.target is not None and piece.target.kind is kind else None


_WORDS: Final = {
    Stage.PROVEN: "proven; an event or a read-back shows it.",
    Stage.ACCEPTED: "accepted by the API; nothing has shown it yet.",
}
