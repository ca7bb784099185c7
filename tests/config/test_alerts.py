from pathlib import Path

import pytest

from console.config.alerts import (
    AlertSetting,
    forget_alert,
    load_alerts,
    save_alert,
    span_ms,
    span_text,
)
from console.config.errors import ConfigError
from console.desk.alert_rules import load_rules


def test_an_alert_is_kept_read_and_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "alerts.toml"
    assert load_alerts(path).settings == ()
    setting = AlertSetting(name="a-1", where='from:"x y"', for_ms=90_000, bell=True)
    save_alert(path, setting)
    save_alert(path, AlertSetting(name="b", where="waiting>1", on="conversations"))
    assert load_alerts(path).settings[0] == setting
    assert [rule.name for rule in load_rules(path, None).rules] == ["a-1", "b"]
    forget_alert(path, "a-1")
    assert [each.name for each in load_alerts(path).settings] == ["b"]
    with pytest.raises(ConfigError, match="no alert has the name 'x'; there are b"):
        forget_alert(path, "x")
    with pytest.raises(ConfigError, match="no name"):
        save_alert(path, AlertSetting(name="A b", where="x"))


def test_what_is_wrong_keeps_only_itself_out_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(
        '[good]\nwhere = "status:busy"\n\n'
        "[colour]\nwhere = 'live:yes colour:red'\n"
        '[quoted]\nwhere = "\\"a b\\" \\u0021(dur>soon)"\n'
        '[unknown]\nwhere = "busy"\nhow = 1\n'
        '[hook]\nwhere = "busy"\non = "webhooks"\nfor = "3s"\n'
        '[time]\nwhere = "busy"\nfor = "soon"\n'
        '[bell]\nwhere = "busy"\nbell = 1\n'
        '[on]\nwhere = "busy"\non = "rooms"\n'
        "[none]\nbell = true\n[name_]\nwhere = '@gone'\n"
    )
    loaded = load_rules(path, tmp_path / "filters.toml")
    assert [rule.name for rule in loaded.rules] == ["good"]
    told = "\n".join(loaded.problems).replace(str(path), "F")
    lines = path.read_text().splitlines()
    assert "F line 5 character 19: alert colour: 'colour:red': there is no field" in told
    assert lines[4][18:].startswith("colour")
    at = [int(line.split(" ")[2].rstrip(":")) for line in told.splitlines()]
    assert at == sorted(at)
    assert "F line 7 character 25: alert quoted: 'dur>soon'" in told
    assert lines[6][24:].startswith("dur>soon")
    assert "F line 10: alert unknown: there is no how; there are where, on, for, bell" in told
    assert "F line 14: alert hook: a webhook comes in a moment" in told
    assert "F line 17: alert time: 'soon' is no length of time" in told
    assert "F line 20: alert bell: bell is true or false" in told
    assert "F line 23: alert on: on is one of legs, conversations, webhooks" in told
    assert "F line 24: alert none: where is needed" in told
    assert "alert name_: '@gone': no filter has this name" in told


def test_a_broken_file_says_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text("[a]\nwhere = busy\n")
    loaded = load_rules(path, None)
    assert loaded.rules == ()
    assert "line 2, column 9" in loaded.problems[0]
    with pytest.raises(ConfigError, match="cannot be read"):
        save_alert(path, AlertSetting(name="b", where="x"))


@pytest.mark.parametrize(
    ("text", "ms"), [("30", 30_000), ("30s", 30_000), ("2m", 120_000), ("1.5s", 1_500)]
)
def test_lengths_of_time(text: str, ms: int) -> None:
    assert span_ms(text) == ms
    assert span_ms(span_text(ms)) == ms


def test_a_length_that_is_none() -> None:
    for text in ("", "soon", "-3s", "25h"):
        with pytest.raises(ConfigError):
            span_ms(text)
