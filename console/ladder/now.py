"""Which actions of a script run now, as far as anybody can know."""

from collections.abc import Iterable
from dataclasses import dataclass

from console.journal.record import Record
from console.ladder.climb import scripts_of
from console.ladder.scripts import running
from console.voice.ncco import Ncco


@dataclass(frozen=True, slots=True)
class Running:
    """A script on a leg, at one moment.

    Attributes:
        leg: Who hears it.
        actions: Places of the actions that run, each with whether that is reckoned, not told.
    """

    leg: str
    actions: tuple[tuple[int, bool], ...]


def running_now(records: Iterable[Record], leg: str, ncco: Ncco, now: int) -> Running | None:
    """Return what runs of `ncco` on `leg`.

    Args:
        records: Those of the leg, in the order of the journal.
        leg: Its uuid.
        ncco: The script that is asked about; the leg may have got another one.
        now: The moment, Unix nanoseconds.

    Returns:
        None where the leg did not get it, is not answered yet, got another one since, or is
        through with it.
    """
    given, marks = scripts_of(records)
    mine = [each for each in given if each.leg == leg and each.at <= now]
    answered = any(mark.name == "answered" and mark.leg == leg for mark in marks)
    if not answered or not mine or mine[-1].ncco != ncco:
        return None
    rungs = [rung for rung in running(mine, marks) if rung.seq == mine[-1].seq]
    actions = tuple(
        (place, rung.estimated)
        for place, rung in enumerate(rungs)
        if rung.at <= now and (rung.ends_at is None or rung.ends_at > now)
    )
    return Running(leg, actions) if actions else None
