"""The linter of NCCOs: every defect, and what the platform takes but does otherwise (11.2).

`lint_ncco` takes the bytes of a document and gives findings with line and column. Errors are
the defects of the strict reader, and a bargeIn that no input ends; the rest is advice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from console.voice.defects import Defect
from console.voice.json_source import JsonSource, Place, Span, read_source
from console.voice.ncco_lint_actions import check_action
from console.voice.ncco_lint_names import check_names, watched
from console.voice.ncco_lint_rules import RULES, Options, Remark, Severity, as_object
from console.voice.ncco_lint_script import check_script
from console.voice.ncco_read import read_ncco
from console.voice.wire import UnreadableJson, decode_json

__all__ = ["RULES", "Finding", "Place", "Severity", "lint_ncco"]

_KINDS: Final = {
    "json": "not-json",
    "type": "wrong-type",
    "missing": "missing",
    "choice": "not-allowed",
    "range": "out-of-range",
    "rule": "broken-rule",
}
_BROKEN_RULES: Final = {"action": "barge-in-without-input", "mute": "can-speak-with-mute"}
_STEPS: Final = {
    "not-json": "Correct the JSON here.",
    "wrong-type": "Write the value as that type.",
    "missing": "Add it.",
    "not-allowed": "Write one of them.",
    "out-of-range": "Bring it into the range.",
    "broken-rule": "Correct the value.",
    "barge-in-without-input": "Put an input before this action, or take bargeIn out.",
    "can-speak-with-mute": "Take mute or canSpeak out.",
}
_STEPS_OF_OPTIONS: Final = {
    "channels": 'Add "split": "conversation".',
    "content-type": "Write for example audio/l16;rate=16000.",
    "dtmfAnswer": "Keep to 0-9, *, # and p for a pause of half a second.",
    "endpoint": "Keep one endpoint; a second connect calls a second one.",
    "eventUrl": 'Write ["https://…"] with one URL.',
    "from": "Write digits with the country code, such as 447700900000.",
    "musicOnHoldUrl": 'Write ["https://…"] with one URL.',
    "number": "Write digits with the country code, such as 447700900000.",
    "randomFromNumber": "Take from or randomFromNumber out.",
    "streamUrl": 'Write ["https://…"] with one URL.',
    "text": "Say it in several talk actions.",
    "transcription": 'Add "record": true.',
}
_OWN_STEPS: Final = frozenset({"broken-rule", "wrong-type", "out-of-range"})
_ORDER: Final = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or better otherwise, and where it stands."""

    path: str
    place: Place
    severity: Severity
    rule: str
    reason: str
    next_step: str


def lint_ncco(raw: bytes) -> tuple[Finding, ...]:
    """Return all that is to say about an NCCO, in the order of its text; never raises."""
    try:
        value = decode_json(raw)
    except UnreadableJson as error:
        return (_not_json(raw, error),)
    source = read_source(raw.decode())
    document = watched(value)
    defects: list[Defect] = []
    read_ncco(document, "", defects)
    # The reader has asked for the names by now; what asks from here on is this linter.
    remarks = list(check_names(document))
    if isinstance(value, list):
        remarks += _remarks([as_object(item) for item in value])
    findings = [_of_defect(defect, source) for defect in defects]
    findings += [_of_remark(remark, source) for remark in remarks]
    findings += [_of_repeated(path, source.place(span)) for path, span in source.repeated]
    return tuple(
        sorted(findings, key=lambda f: (f.place.line, f.place.column, _ORDER[f.severity], f.rule))
    )


def _remarks(actions: Sequence[Options]) -> Iterator[Remark]:
    yield from check_script(actions)
    for index, action in enumerate(actions):
        yield from check_action(action, f"[{index}]")


def _of_defect(defect: Defect, source: JsonSource) -> Finding:
    option = defect.path.rpartition(".")[2]
    rule = _KINDS[defect.kind]
    if rule == "broken-rule":
        rule = _BROKEN_RULES.get(option, rule)
    step = _STEPS[rule]
    if rule in _OWN_STEPS:
        step = _STEPS_OF_OPTIONS.get(option, step)
    return Finding(
        defect.path, source.value(defect.path), RULES[rule].severity, rule, defect.reason, step
    )


def _of_remark(remark: Remark, source: JsonSource) -> Finding:
    place = source.name(remark.path) if remark.at_name else source.value(remark.path)
    severity = RULES[remark.rule].severity
    return Finding(remark.path, place, severity, remark.rule, remark.reason, remark.next_step)


def _of_repeated(path: str, place: Place) -> Finding:
    rule = RULES["repeated-name"]
    reason = "stands here again; what came before is not read"
    return Finding(path, place, rule.severity, rule.name, reason, "Keep one of them.")


def _not_json(raw: bytes, error: UnreadableJson) -> Finding:
    """Say where the reading of the bytes ended; lines and columns count characters."""
    before = raw[: error.offset or 0].decode(errors="replace")
    place = JsonSource(before, {}, {}).place(Span(len(before), len(before)))
    return Finding(
        "", place, Severity.ERROR, "not-json", f"is not JSON: {error}", _STEPS["not-json"]
    )
