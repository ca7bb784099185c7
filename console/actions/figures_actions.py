"""The actions of the figures; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import Action

FIGURES: Final = "figures"
"""The view."""

FIGURES_ACTIONS: Final = tuple(
    Action(
        id=f"figures.{which}",
        keys=(key,),
        label=f"{which} time",
        help=f"Count over a {which} time.",
        command=which,
        views=(FIGURES,),
        unavailable=availability.always,
    )
    for which, key in (("shorter", "["), ("longer", "]"))
)
