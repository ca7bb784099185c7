"""Ids of actions that the floor tells apart; here, so that who names one loads no more."""

from typing import Final

LISTENS: Final = "leg.listen"
"""The action whose call is placed in order to hear something."""
FETCHES: Final = "recording.fetch"
"""The action that fetches a file; what a building block fetches by the way does not count."""
