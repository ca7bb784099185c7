"""`ncco check` as a person, a script and a code review use it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.cli.ncco import MOST_BYTES
from console.cli.sarif import artifact_uri, sarif_log
from console.voice.ncco_lint import RULES, lint_ncco
from tests.cli.given import COMMAND, ROOT, run

BAD = '[\n  {"action": "talk", "txet": "x"},\n  {"action": "record"}\n]\n'
WARNED = '[{"action": "talk", "text": "x", "voiceName": "Amy"}]'
GOOD = '[{"action": "talk", "text": "x"}]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("bad.json", BAD), ("warned.json", WARNED), ("good.json", GOOD)):
        (tmp_path / name).write_text(text)
    return tmp_path


async def test_findings_are_lines_with_place_path_reason_and_next_step(folder: Path) -> None:
    bad, good = str(folder / "bad.json"), str(folder / "good.json")
    code, out, err = await run("ncco", "check", bad, good)
    assert code == 1
    assert out.splitlines() == [
        f"{bad}:2:3: error: [0].text is required. Add it. [missing]",
        f"{bad}:2:22: warning: [0].txet is not known and is ignored. "
        "Did you mean text? Otherwise take it out. [unknown-option]",
        f"{bad}:3:3: warning: [1] is the last action and has no end condition: it ends at once, "
        "with the call. Add endOnSilence or endOnKey, or put a connect, conversation or wait "
        "after it. [record-last]",
    ]
    assert err == "1 error, 2 warnings, 0 notes in 2 files.\n"


@pytest.mark.parametrize(("name", "lines"), [("good.json", 0), ("warned.json", 1)])
async def test_warnings_are_no_errors(folder: Path, name: str, lines: int) -> None:
    code, out, err = await run("ncco", "check", str(folder / name))
    assert (code, len(out.splitlines())) == (0, lines)
    assert err.startswith("0 errors, ")


async def test_a_file_that_is_named_twice_is_checked_once(folder: Path) -> None:
    name = str(folder / "warned.json")
    code, out, _ = await run("ncco", "check", "--format", "sarif", name, name)
    assert code == 0
    log = json.loads(out)["runs"][0]
    assert (len(log["artifacts"]), len(log["results"])) == (1, 1)


async def test_json_is_one_document(folder: Path) -> None:
    names = [str(folder / "bad.json"), str(folder / "warned.json")]
    code, out, _ = await run("ncco", "check", "--format", "json", *names)
    assert code == 1
    document = json.loads(out)
    assert [entry["file"] for entry in document["files"]] == names
    assert (document["errors"], document["warnings"], document["notes"]) == (1, 3, 0)
    assert document["files"][0]["findings"][0] == {
        "line": 2,
        "column": 3,
        "end_line": 2,
        "end_column": 4,
        "path": "[0].text",
        "severity": "error",
        "rule": "missing",
        "reason": "is required",
        "next": "Add it.",
    }


def check_sarif(log: dict[str, Any]) -> None:
    """What the schema of SARIF 2.1.0 requires of the parts that are used."""
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (each,) = log["runs"]
    assert set(each) == {"tool", "columnKind", "artifacts", "results"}
    assert each["columnKind"] == "unicodeCodePoints"
    driver = each["tool"]["driver"]
    assert set(driver) == {"name", "version", "rules"}
    levels = {"error", "warning", "note"}
    for rule in driver["rules"]:
        assert set(rule) == {"id", "shortDescription", "defaultConfiguration"}
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in levels
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for result in each["results"]:
        assert set(result) == {"ruleId", "ruleIndex", "level", "message", "locations"}
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in levels
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert set(location) <= {"physicalLocation", "logicalLocations"}
        artifact = location["physicalLocation"]["artifactLocation"]
        assert each["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
        assert (region["endLine"], region["endColumn"]) >= (
            region["startLine"],
            region["startColumn"],
        )


async def test_sarif_is_valid_and_says_the_same(folder: Path) -> None:
    bad = folder / "bad.json"
    code, out, _ = await run("ncco", "check", "--format", "sarif", str(bad))
    assert code == 1
    log = json.loads(out)
    check_sarif(log)
    found = lint_ncco(BAD.encode())
    results = log["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == [one.rule for one in found]
    assert results[0]["message"]["text"] == "[0].text is required. Add it."
    assert results[0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": bad.as_uri(), "index": 0},
        "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 4},
    }
    assert results[0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "[0].text"


def test_sarif_of_any_file_is_valid() -> None:
    raws = [b"", b"[]", b"\xff", BAD.encode(), b"{}"]
    check_sarif(sarif_log([(f"file {i}.json", lint_ncco(raw)) for i, raw in enumerate(raws)]))
    assert [rule["id"] for rule in sarif_log([])["runs"][0]["tool"]["driver"]["rules"]] == list(
        RULES
    )


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("-", "stdin"),
        ("flows/a b.json", "flows/a%20b.json"),
        ("./a:b.json", "a%3Ab.json"),
        ("caf\udce9.json", "caf%E9.json"),
    ],
)
def test_a_file_is_a_uri(name: str, uri: str) -> None:
    assert artifact_uri(name) == uri


def piped(raw: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, "ncco", "check", *arguments],
        input=raw,
        capture_output=True,
        cwd=ROOT,
        timeout=30,
    )


def test_standard_input_is_a_file_too() -> None:
    result = piped(b'[{"action":\n"pay"}]', "-")
    assert result.returncode == 1
    assert result.stdout.startswith(b"-:2:1: error: [0].action must be one of talk, ")
    assert piped(GOOD.encode(), "-").returncode == 0


def test_what_a_file_says_cannot_act_on_the_terminal() -> None:
    result = piped(json.dumps([{"action": "wait", "\x1b[2J\n": 1}]).encode(), "-")
    assert b"\x1b" not in result.stdout
    assert len(result.stdout.splitlines()) == 1


async def test_wrong_usage_is_two(folder: Path) -> None:
    big = folder / "big.json"
    big.write_bytes(b" " * (MOST_BYTES + 1))
    for arguments, words in (
        ((), "FILE"),
        ((str(folder / "none.json"),), "does not exist"),
        ((str(folder),), "is a directory"),
        (("--format", "xml", str(big)), "xml"),
        ((str(big),), "over 1 MiB"),
    ):
        code, out, err = await run("ncco", "check", *arguments)
        assert (code, out) == (2, "")
        assert words in err


def test_the_command_imports_neither_screen_nor_sound() -> None:
    code = "import sys, console.cli.ncco, console.cli.sarif\nprint('\\n'.join(sys.modules))\n"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    heavy = {"textual", "numpy", "httpx", "uvicorn", "starlette", "cryptography", "sqlite3"}
    assert set(result.stdout.split()).isdisjoint(heavy)


def test_every_rule_is_on_the_page() -> None:
    page = (ROOT / "docs" / "ncco.md").read_text()
    for rule in RULES.values():
        assert f"| `{rule.name}` | {rule.severity} | {rule.says} |" in page, rule.name


async def test_a_script_is_drawn_and_one_with_errors_is_not(folder: Path) -> None:
    code, out, err = await run("ncco", "draw", "--ascii", str(folder / "good.json"))
    assert (code, err) == (0, "")
    assert out.isascii()
    assert "+- talk" in out
    assert "the leg is hung up" in out
    code, out, err = await run("ncco", "draw", str(folder / "bad.json"))
    assert (code, out) == (1, "")
    assert "[0].text: is required" in err
    assert "ncco check" in err
