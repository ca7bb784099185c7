"""What can be done while a form is filled in; `console.actions.registry` has it.

A form is a view of the keymap of its own: letters are typed there, so its keys are others.
"""

from typing import Final

from console.actions import availability
from console.actions.action import Action

FORM: Final = "form"
"""The mode, which is a view for the keymap: over whichever view is shown."""


def _of(
    id_: str, keys: tuple[str, ...], label: str, says: str, *, form: str | None = None
) -> Action:
    return Action(
        id=f"form.{id_}",
        keys=keys,
        label=label,
        help=says,
        command=f"{id_}-form",
        form=form,
        footer=False,
        views=(FORM,),
        unavailable=availability.always,
    )


FORM_ACTIONS: Final = (
    _of("send", ("f2", "ctrl+enter"), "send", "Send the form, from any field."),
    _of("request", ("f6", "ctrl+o"), "request", "Show the requests that would be sent now."),
    _of("hear", ("f9", "ctrl+l"), "hear it", "Hear the text of a say form on the own speakers."),
    _of(
        "keep",
        ("ctrl+s",),
        "keep phrase",
        "Keep the text of a say form in the phrase book.",
        form="phrase",
    ),
    _of("forget", ("ctrl+g",), "forget phrase", "Take a phrase out of the phrase book."),
)
