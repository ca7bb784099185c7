"""The alerts of `alerts.toml` as rules: what cannot be understood stays out and is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from console.config.alerts import load_alerts
from console.config.errors import ConfigError
from console.config.filters import load_filters
from console.config.toml_lines import by_line
from console.floor.alert_rules import On, Rule, rule_of
from console.journal.filter import FilterError


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """What a file holds that can be watched for."""

    rules: tuple[Rule, ...]
    problems: tuple[str, ...]
    """What cannot, a sentence each: file, line, character, why."""


def load_rules(path: Path, filters: Path | None) -> LoadedRules:
    """Return the rules of the alerts at `path`; a wrong one keeps only itself out.

    Args:
        path: The file; where there is none there are no alerts.
        filters: The saved filters that an alert may name; None: there are none.
    """
    file = load_alerts(path)
    problems = list(file.problems)
    others: list[str] = []
    saved: Mapping[str, str] = {}
    try:
        saved = load_filters(filters) if filters is not None else {}
    except ConfigError as error:
        if any("@" in each.where for each in file.settings):
            others.append(str(error))
    rules = []
    for each in file.settings:
        try:
            rules.append(
                rule_of(
                    each.name,
                    each.where,
                    On(each.on),
                    for_ms=each.for_ms,
                    bell=each.bell,
                    saved=saved,
                )
            )
        except FilterError as error:
            problems.append(f"{file.place(each.name, error.at)}: alert {each.name}: {error}")
    return LoadedRules(tuple(rules), (*by_line(problems), *others))
