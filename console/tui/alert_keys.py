"""What a person does with alerts: look at them, take note, make one, forget one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.actions.action import CALLS
from console.actions.forms import Args
from console.actions.target import Target
from console.config.alerts import AlertSetting, span_ms
from console.config.errors import ConfigError
from console.floor.alerts import Alert
from console.text import clean
from console.tui.alerting import Alerting, alerting_of
from console.tui.dialogs.alerts import AlertsDialog
from console.tui.filtering import Filtering

if TYPE_CHECKING:
    from console.tui.screens.view_screen import ViewScreen


def run_alerts(action: str, screen: "ViewScreen", args: Args) -> None:
    """Run one of the registry's `alert.…`."""
    alerting = alerting_of(screen)
    name = args.get("name", "").strip()
    if alerting is None:
        screen.say("alerts: there are none here")
    elif action == "alert.list":
        screen.push(AlertsDialog(alerting, screen.desk.clock), lambda alert: _go(screen, alert))
    elif action == "alert.acknowledge":
        count = alerting.acknowledge()
        screen.say(f"{count} acknowledged" if count else "ack: no alert waits")
    elif not name:
        screen.typed.ask("alert" if action == "alert.add" else "alert-forget")
    elif action == "alert.forget":
        _try(screen, lambda: alerting.forget(name), f"no alert {name} any more")
    else:
        _add(screen, alerting, name, args)


def _add(screen: "ViewScreen", alerting: Alerting, name: str, args: Args) -> None:
    found = [each for each in screen.filterings if screen.typed.text_of(each)]
    filtering: Filtering | None = next((each for each in found if each.alerts_on), None)
    if filtering is None or filtering.alerts_on is None:
        screen.say(
            "alert: an alert watches legs or webhooks, not this list"
            if found
            else "alert: no filter is in force; / sets one"
        )
        return
    where, on = screen.typed.text_of(filtering), filtering.alerts_on
    try:
        setting = AlertSetting(
            name=name,
            where=where,
            on=on.value,
            for_ms=span_ms(args["for"]) if args.get("for") else 0,
            bell=args.get("bell") == "yes",
        )
    except ConfigError as error:
        screen.say(f"alert: {error}")
        return
    _try(screen, lambda: alerting.add(setting), f"alert {name}: {on.value} with {where}")


def _try(screen: "ViewScreen", work: Callable[[], None], said: str) -> None:
    try:
        work()
    except ConfigError as error:
        screen.say(f"alert: {error}")
    else:
        screen.say(clean(said))


def _go(screen: "ViewScreen", alert: Alert | None) -> None:
    """Go to what an alert is about."""
    if alert is None:
        return
    calls = screen.views.screen(CALLS)
    screen.views.open(CALLS)
    target = (
        Target.leg(alert.leg)
        if alert.leg is not None
        else Target.conversation(alert.conversation)
        if alert.conversation is not None
        else None
    )
    if target is None:
        screen.say("alert: its webhook names no call")
        return
    if calls.typed.clear():
        calls.say("the filter was cleared: all calls are shown")
    calls.point_at(target)
