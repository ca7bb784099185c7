"""The actions of filters and alerts that touch this console only; the registry has them."""

from typing import Final

from console.actions import availability
from console.actions.account_actions import ACCOUNT
from console.actions.action import CALLS, EVERY_VIEW, Action
from console.actions.audit_actions import AUDIT
from console.actions.ladder_actions import LADDER
from console.actions.ncco_actions import NCCO
from console.actions.recording_actions import RECORDINGS
from console.actions.webhook_actions import WEBHOOKS

FILTER_LINE: Final = "filter-line"
"""Where a filter is typed, which is a view for the keymap."""
FILTERED: Final = (CALLS, ACCOUNT, LADDER, AUDIT, WEBHOOKS, RECORDINGS, NCCO)
"""The views whose lists can be filtered."""
SAVES: Final = "filter.save"
FORGETS: Final = "filter.forget"
NAMES: Final = "filter.name"
ALERTS: Final = "alert.list"

FILTER_ACTIONS: Final = (
    Action(
        id=SAVES,
        keys=(),
        label="save filter",
        help="Save the filter in force under a name, to be used as @name.",
        command="filter-save",
        form="filter-name",
        footer=False,
        views=FILTERED,
        unavailable=availability.always,
    ),
    Action(
        id=FORGETS,
        keys=(),
        label="forget filter",
        help="Forget the filter that was saved under a name.",
        command="filter-forget",
        form="filter-name",
        footer=False,
        views=FILTERED,
        unavailable=availability.always,
    ),
    Action(
        id=NAMES,
        keys=("ctrl+s",),
        label="save",
        help="Put the filter that is typed in force and save it under a name.",
        command="filter-name",
        footer=False,
        views=(FILTER_LINE,),
        unavailable=availability.always,
    ),
    Action(
        id=ALERTS,
        keys=(),
        label="alerts",
        help="List what is raised; Enter goes to the call.",
        command="alerts",
        footer=False,
        views=EVERY_VIEW,
        unavailable=availability.always,
    ),
    Action(
        id="alert.acknowledge",
        keys=(),
        label="acknowledge",
        help="Take note of every alert that is raised.",
        command="ack",
        footer=False,
        views=EVERY_VIEW,
        unavailable=availability.always,
    ),
    Action(
        id="alert.add",
        keys=(),
        label="alert",
        help="Raise an alert of a name for whatever passes the filter in force.",
        command="alert",
        form="alert",
        footer=False,
        views=FILTERED,
        unavailable=availability.always,
    ),
    Action(
        id="alert.forget",
        keys=(),
        label="forget alert",
        help="Watch for the alert of a name no more.",
        command="alert-forget",
        form="filter-name",
        footer=False,
        views=EVERY_VIEW,
        unavailable=availability.always,
    ),
)
