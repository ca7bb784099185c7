import json
import os
from pathlib import Path

from tests.cli.given import run

THEME = """
name = "mine"
[palette]
primary = "#777777"
foreground = "#ffffff"
background = "#000000"
surface = "#000000"
panel = "#111111"
success = "green"
warning = "yellow"
error = "red"
"""


async def test_keys_are_listed_and_a_keymap_is_checked(tmp_path: Path) -> None:
    environ = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    code, out, _ = await run("keys", environ=environ)
    assert code == 0
    assert "  m                  leg.mute" in out
    code, _, err = await run("keys", "--check", environ=environ)
    assert code == 0
    assert "does not exist: the keys of the house are in force" in err
    keymap = tmp_path / "voice-console" / "keymap.toml"
    keymap.parent.mkdir()
    keymap.write_text('[keys]\nleg.mute = "h"\n[views.audit]\nfilter = "f"\n')
    code, out, err = await run("keys", environ=environ)
    assert "* h                  leg.mute" in out
    assert "* f                  filter" in out
    code, out, _ = await run("keys", "--json", environ=environ)
    calls = json.loads(out)["views"]["calls"]
    mute = next(each for each in calls if each["action"] == "leg.mute")
    assert (mute["keys"], mute["changed"], mute["asks"]) == (["h"], True, False)
    code, _, err = await run("keys", "--check", environ=environ)
    assert (code, "can be used" in err) == (0, True)
    keymap.write_text('[keys]\nleg.mute = "X"\nquit = []\n')
    code, out, err = await run("keys", "--check", environ=environ)
    assert (code, out) == (2, "")
    assert [f"{keymap} line {line}: " in err for line in (2, 3)] == [True, True]
    code, _, err = await run("keys", "--file", str(tmp_path / "none.toml"), environ=environ)
    assert (code, "does not exist" in err) == (2, True)


async def test_themes_are_listed_and_own_ones_checked(tmp_path: Path) -> None:
    environ = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    folder = tmp_path / "voice-console" / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(THEME)
    code, out, err = await run("themes", environ=environ)
    assert code == 0
    assert "mine             own   dark" in out
    assert "blue-orange      house dark  For red-green blindness (protan, deutan)." in out
    assert "mine.toml: success on cursor has a contrast of 2.8; text is read from 4.5 on" in err
    (folder / "his.toml").write_text(THEME.replace("green", "grin"))
    code, out, err = await run("themes", "--json", environ=environ)
    assert code == 2
    document = json.loads(out)
    assert document["problems"][0] in err
    assert "his.toml line 9: palette.success: 'grin' is not a colour" in err
    mine = next(each for each in document["themes"] if each["name"] == "mine")
    assert mine["own"]
    assert {"text": "success", "on": "cursor", "contrast": 2.8} in mine["hard_to_read"]
