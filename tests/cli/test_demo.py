"""The parts of `demo` that need no screen: the sandbox beside it, and how inbound calls go."""

import json
import subprocess
import urllib.request
from pathlib import Path

import click
import pytest

from console.cli import demo
from console.config.env import read_env_file
from console.config.load import load_context


def test_the_routes_of_the_demo_are_routes_of_a_context(tmp_path: Path) -> None:
    loaded = load_context("sandbox", overrides={"routes": demo.demo_routes()})
    routes = loaded.context.routes
    assert len(routes) >= 8
    assert all(route.ncco for route in routes)
    assert len({route.number for route in routes}) == len(routes)


def test_a_sandbox_with_callers_runs_while_the_block_runs(tmp_path: Path) -> None:
    with demo.sandbox_process(tmp_path, seed=1) as env_file:
        url = read_env_file(env_file)["SANDBOX_URL"]
        with urllib.request.urlopen(f"{url}/sandbox", timeout=5) as answer:
            told = json.load(answer)
        assert told["seed"] == 1
        assert env_file.stat().st_mode & 0o077 == 0, "it holds secrets"
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{url}/sandbox", timeout=5)


def test_a_sandbox_that_does_not_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with (
        pytest.raises(click.ClickException, match="The sandbox did not start: "),
        demo.sandbox_process(tmp_path),
    ):
        pytest.fail("it must not be ready")


def test_a_process_that_does_not_listen_is_ended_by_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "END_S", 0.2)
    deaf = subprocess.Popen(
        ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert deaf.stdout is not None
    assert deaf.stdout.readline() == b"deaf\n"
    demo.end_process(deaf)
    assert deaf.returncode == -9
    deaf.stdout.close()
