"""What the order of the actions of an NCCO makes of them (6.1, 6.6, 11.2)."""

from collections.abc import Iterator, Sequence

from console.voice.ncco_lint_rules import Options, Remark, is_false, is_true, number_of

_PLAYS = ("talk", "stream")


def check_script(actions: Sequence[Options]) -> Iterator[Remark]:
    """Find what does not run, or not as it is written."""
    if not actions:
        yield Remark("empty", "", "is empty", "Leave it so only where the call shall end.")
        return
    yield from _terminal(actions)
    yield from _barge_in(actions)
    yield from _last(actions)


def _terminal(actions: Sequence[Options]) -> Iterator[Remark]:
    for index, action in enumerate(actions[:-1]):
        after = f"[{index + 1}]"
        match action.get("action"):
            case "conversation":
                yield Remark(
                    "actions-after-conversation",
                    after,
                    f"comes after the conversation of [{index}], which lasts until the leg leaves",
                    "Put it before the conversation, or take it out.",
                )
                return
            case "transfer":
                yield Remark(
                    "actions-after-transfer",
                    after,
                    f"comes after the transfer of [{index}], which ends the script",
                    "Put it before the transfer, or take it out.",
                )
                return


def _barge_in(actions: Sequence[Options]) -> Iterator[Remark]:
    since: int | None = None
    for index, action in enumerate(actions):
        if action.get("action") not in _PLAYS:
            # Anything else than an input is a defect already; the stickiness ends there too.
            since = None
            continue
        if since is None:
            if is_true(action, "bargeIn"):
                since = index
            elif number_of(action, "loop") == 0 and index + 1 < len(actions):
                yield Remark(
                    "endless-loop",
                    f"[{index}].loop",
                    "plays for ever, the actions after it never run",
                    "Give a number of times, or let bargeIn and an input end it.",
                )
        elif is_false(action, "bargeIn"):
            yield Remark(
                "barge-in-sticky",
                f"[{index}].bargeIn",
                f"is ignored: bargeIn is on since [{since}]",
                "Put an input before this action, or take the option out.",
            )
    if since is not None:
        yield Remark(
            "barge-in-without-input",
            f"[{since}].bargeIn",
            "needs an input after it, and the script has none",
            "Add an input action, or take bargeIn out.",
        )


def _last(actions: Sequence[Options]) -> Iterator[Remark]:
    last, path = actions[-1], f"[{len(actions) - 1}]"
    # While a connected party is there the leg stays, and what runs beside it runs on (6.1).
    if any(action.get("action") == "connect" for action in actions):
        return
    match last.get("action"):
        case "record" if last.get("endOnSilence") is None and last.get("endOnKey") is None:
            yield Remark(
                "record-last",
                path,
                "is the last action and has no end condition: it ends at once, with the call",
                "Add endOnSilence or endOnKey, or put a connect, conversation or wait after it.",
            )
        case "input" if last.get("mode") == "asynchronous":
            yield Remark(
                "input-last",
                path,
                "is asynchronous and the last action: the call ends at once",
                "Put a conversation, connect, talk or wait after it.",
            )
