"""Ids of actions that the floor tells apart; here, so that who names one loads no more."""

from typing import Final

LISTENS: Final = "leg.listen"
"""The action whose call is placed in order to hear something."""
RECONCILES: Final = "reconcile"
"""The action that asks the API what is so, and says what was otherwise here."""
FETCHES: Final = "recording.fetch"
"""The action that fetches a file; what a building block fetches by the way does not count."""
