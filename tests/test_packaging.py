import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from console import __version__
from console.config import paths

ROOT = Path(__file__).parents[1]
CAP = 30
"""Third-party packages at run time (reliability P20)."""


def _pins(lock: str) -> dict[str, set[str]]:
    """Return the versions of each package of a lock; more than one where Pythons differ."""
    pins: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if found := re.match(r"([a-z0-9-]+)==([^ ;]+)", line):
            pins.setdefault(found[1], set()).add(found[2])
    return pins


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_is_pinned_by_hash_and_no_host_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text()
    body = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    for line, after in zip(body, [*body[1:], ""], strict=True):
        if line.startswith(" "):
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
        else:
            assert re.match(r"[a-z0-9-]+==\S+( ; .+)? \\$", line), line
            assert after.startswith("    --hash=")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_the_locks_hold_what_the_project_asks_for_and_no_more_than_the_cap() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=!~;\[ ]", text)[0].lower() for text in requirements}

    run, dev = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert names(project["project"]["dependencies"]) <= set(run)
    assert names(project["dependency-groups"]["dev"]) <= set(dev)
    assert run.items() <= dev.items()
    assert len(run) <= CAP
    extras = set().union(*map(names, project["project"]["optional-dependencies"].values()))
    assert extras <= set(dev)
    assert not extras & set(run)


def test_the_shipped_themes_are_found_in_a_checkout() -> None:
    assert paths.themes_dir() == ROOT / "themes"
    assert {"dark", "light"} <= {path.stem for path in paths.themes_dir().glob("*.toml")}


def test_make_help_names_every_target_for_people() -> None:
    result = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True
    )
    said = {line.split()[1] for line in result.stdout.splitlines()}
    assert {"demo", "test", "check", "bench", "lock", "help"} <= said


@pytest.mark.slow
def test_the_wheel_holds_package_themes_and_scenarios_and_runs_where_it_is_put(
    tmp_path: Path,
) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    (wheel,) = tmp_path.glob("voice_console-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = (name for name in names if name.endswith("/METADATA"))
        described = archive.read(metadata).decode()
    files = {
        path.relative_to(ROOT).as_posix()
        for folder in ("console", "themes")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".toml", ".tcss", ".json")
    }
    assert {path if path.startswith("console/") else f"console/{path}" for path in files} <= names
    assert any(name.startswith("console/themes/") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/", "themes/")) for name in names)
    assert f"Version: {__version__}\n" in described
    assert "License-Expression: MIT" in described

    target = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run(
        [*install, "--disable-pip-version-check", "--target", str(target), str(wheel)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    code = (
        "from console.config import paths\n"
        "import console, sys\n"
        "print(console.__file__)\n"
        "print(paths.themes_dir())\n"
        "from console.cli import main\n"
        "sys.argv = ['voice-console', '--version']\n"
        "main()\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    ).stdout.splitlines()
    assert told[0] == str(target / "console/__init__.py")
    assert told[1] == str(target / "console/themes")
    assert told[2].startswith(f"voice-console {__version__} ")
    script = target / "bin" / "voice-console"
    assert script.exists()
