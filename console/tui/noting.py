"""Notes and bookmarks on one record that a view has under its cursor."""

from functools import partial

from console.actions.forms import FORMS, Args
from console.actions.registry import Action
from console.actions.target import Target
from console.floor.notes import NOTE
from console.journal.record import Record
from console.tui.dialogs.form import FormDialog
from console.tui.ports import DeskPort
from console.tui.steering import Shows


def note_on(
    desk: DeskPort, shows: Shows, action: Action, record: Record | None, given: Args
) -> None:
    """Ask for the text where one is needed, then write it down.

    Args:
        desk: Whose journal it goes to.
        shows: The screen that asks.
        action: A note or a bookmark.
        record: What is under the cursor.
        given: What was typed already.
    """
    if record is None:
        shows.say(f"{action.label}: nothing is selected")
        return
    target = None
    if record.leg is not None:
        target = Target.leg(record.leg)
    elif record.conversation is not None:
        target = Target.conversation(record.conversation)
    of = {"of": str(record.seq)}

    def start(args: Args | None) -> None:
        if args is None:
            return
        if reasons := desk.performer.preflight(action.id, target, {**args, **of}):
            shows.say(f"✗ {action.label}: {reasons[0]}")
            return
        desk.performer.start(action.id, target, {**args, **of})
        shows.say(f"{action.label}: record {record.seq}")

    if action.id != NOTE or given.get("text"):
        start(given)
        return
    dialog = FormDialog(
        FORMS[NOTE],
        partial(desk.performer.preflight, action.id, target),
        title=f"Note · record {record.seq}",
        given=of,
        suggestions={},
        limits={},
    )
    shows.push(dialog, start)
