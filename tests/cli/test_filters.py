import json
import os
from pathlib import Path

from console.journal.sqlite import SqliteJournal
from tests.cli.given import run
from tests.fake_clock import FakeClock
from tests.journal.given import event


async def test_a_filter_is_saved_used_and_forgotten(tmp_path: Path) -> None:
    environ = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    code, out, _ = await run("filters", "--save", "bad", "seq | status:busy*", environ=environ)
    assert code == 0
    assert "@bad" in out
    code, out, _ = await run("filters", "--json", environ=environ)
    document = json.loads(out)
    assert document["saved"] == {"bad": "seq | status:busy*"}
    assert document["fields"]["calls"]["dur"]["how"] == "span"

    path = tmp_path / "x.journal"
    journal = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
    await journal.append(event(1, raw=b"first"), event(2, raw=b"second seq"))
    await journal.close()
    code, out, _ = await run(
        "events", "--json", "--journal", str(path), "--where", "@bad", environ=environ
    )
    assert [json.loads(line)["raw"] for line in out.splitlines()] == ["second seq"]
    code, out, _ = await run(
        "export", "latest", "--jsonl", "--journal", str(path), "--where", "@bad", environ=environ
    )
    assert len(out.splitlines()) == 1

    code, out, _ = await run("filters", "--forget", "bad", environ=environ)
    assert code == 0
    assert "none; --save" in out
    code, _, err = await run("filters", "--forget", "bad", environ=environ)
    assert code == 2
    assert "no filter has the name 'bad'" in err


async def test_a_wrong_filter_is_pointed_at(tmp_path: Path) -> None:
    environ = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    code, _, err = await run("calls", "--where", "live:yes dur>soon", environ=environ)
    assert code == 2
    lines = err.splitlines()
    shown = next(index for index, line in enumerate(lines) if line == "  live:yes dur>soon")
    assert lines[shown + 1] == "           ^^^^^^^^"
    code, _, err = await run("calls", "--where", "from:日本* 本>1", environ=environ)
    lines = err.splitlines()
    shown = lines.index("  from:日本* 本>1")
    assert lines[shown + 1] == " " * 13 + "^" * 4  # a wide character is two cells
    code, _, err = await run("filters", "--save", "x", "(busy", environ=environ)
    assert code == 2
    assert "the bracket is not closed" in err


async def test_a_phrase_is_kept_listed_and_forgotten(tmp_path: Path) -> None:
    environ = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    keep = ("phrases", "--save", "hold", "Please hold.", "--json")
    code, out, _ = await run(*keep, environ=environ)
    assert (code, json.loads(out)) == (0, {"phrases": {"hold": "Please hold."}})
    code, out, err = await run("phrases", "--forget", "hold", environ=environ)
    assert (code, out) == (0, "")
    assert "--save NAME TEXT" in err
    for wrong in (("--forget", "hold"), ("--save", "hold", " "), ("--save", "No Name", "x")):
        code, _, _ = await run("phrases", *wrong, environ=environ)
        assert code == 2
