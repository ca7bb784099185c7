import json
from pathlib import Path

from console.journal.record import NewRecord
from console.journal.sqlite import SqliteJournal
from tests.cli.given import run
from tests.fake_clock import FakeClock
from tests.ladder.given import LEG, whole_call


async def test_a_ladder_is_drawn_and_exported(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    journal = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
    names = NewRecord.__struct_fields__
    await journal.append(
        *(NewRecord(**{name: getattr(record, name) for name in names}) for record in whole_call())
    )
    await journal.close()
    code, out, _ = await run("ladder", LEG[:5], "--journal", str(path), "--ascii")
    assert code == 0
    assert out.isascii() or "“" in out
    assert "talk" in out
    code, out, _ = await run("ladder", LEG[:5], "--journal", str(path), "--json")
    assert code == 0
    assert len([json.loads(line) for line in out.splitlines()]) == 13
    only = ("ladder", LEG, "--journal", str(path), "--where", "kind:rest !bad:yes")
    code, out, _ = await run(*only, "--json")
    _, *lines = [json.loads(line) for line in out.splitlines()]
    assert lines
    assert {line["kind"] for line in lines} == {"rest"}
    code, out, _ = await run(*only, "--form", "har")
    assert len(json.loads(out)["log"]["entries"]) == len(lines)
    code, _, err = await run("ladder", LEG, "--journal", str(path), "--where", "zz:1")
    assert code == 2
    assert "fields are kind, what, leg" in err
    target = tmp_path / "call.har"
    arguments = ("ladder", LEG, "--journal", str(path), "--form", "har", "--output", str(target))
    code, out, _ = await run(*arguments)
    assert (code, out) == (0, "")
    assert len(json.loads(target.read_text())["log"]["entries"]) == 5
    code, _, err = await run(*arguments)
    assert code == 2
    assert "--force" in err
    code, _, err = await run("ladder", "nope", "--journal", str(path))
    assert code == 2
    assert "voice-console calls" in err
