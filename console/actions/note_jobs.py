"""Notes and bookmarks: nothing is sent, the record of what was asked for is all there is."""

from typing import Final

from console.actions.form import ArgsError
from console.actions.forms import Args
from console.actions.job import Done, Job
from console.actions.target import Target, TargetKind
from console.floor.notes import NOTE

MOST_CHARACTERS: Final = 2_000


def note_job(action: str, target: Target | None, args: Args) -> Job:
    """Return what writes a note or a bookmark on a call, or on one record of it (`of`).

    Raises:
        ArgsError: There is no text, too much of it, or nothing to write it on.
    """
    text, of = args.get("text", "").strip(), args.get("of", "").strip()
    reasons = []
    if action == NOTE and not text:
        reasons.append("Text: there is none")
    if len(text) > MOST_CHARACTERS:
        reasons.append(f"Text: at most {MOST_CHARACTERS} characters")
    if of and not of.isdecimal():
        reasons.append("Of: the number of a record")
    if target is None and not of:
        reasons.append("select a leg, a conversation or a line first")
    if reasons:
        raise ArgsError(*reasons)
    on_leg = target is not None and target.kind is TargetKind.LEG
    on_room = target is not None and target.kind is TargetKind.CONVERSATION
    done = Done(
        leg=target.id if target is not None and on_leg else None,
        conversation=target.id if target is not None and on_room else None,
    )

    async def run(cause: str) -> Done:
        return done

    said = {name: value for name, value in (("text", text), ("of", of)) if value}
    return Job(run=run, args=said, in_turn=False)
