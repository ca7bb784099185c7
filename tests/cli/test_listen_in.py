"""`voice-console listen-in` on a call of the real sandbox."""

import asyncio
import json
import os
import sys
import wave
from pathlib import Path
from typing import Any

import pytest

from console.actions.outcome import Stage
from console.desk import open_desk
from console.voice.statuses import Status
from tests.real_sandbox import ROOT, real_sandbox

CALLEE = "447700900100"
SCRIPT = [{"action": "conversation", "name": "support"}]


async def run(folder: Path, env_file: Path, *words: str) -> tuple[int, str, str]:
    homes = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    env = {**os.environ, **dict.fromkeys(homes, str(folder))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "--context", "sandbox", "listen-in", *words),
        cwd=ROOT,
        env={**env, "VOICE_CONSOLE_SANDBOX_ENV": str(env_file)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 40)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_call_is_heard_as_json_lines_and_as_a_file(tmp_path: Path) -> None:
    with real_sandbox(tmp_path) as there:
        env_file = tmp_path / "sandbox.env"
        async with open_desk(there.context(), journal_path=tmp_path / "j.sqlite") as desk:
            args = {"to": CALLEE, "kind": "ncco", "value": json.dumps(SCRIPT)}
            placed = await desk.performer.perform("call.create", None, args)
            assert placed.stage is Stage.PROVEN
            leg = str(placed.leg)
            changed = asyncio.Event()
            leave = desk.store.subscribe(lambda _: changed.set())

            def is_there() -> bool:
                found = desk.store.floor.leg(leg)
                return found is not None and found.status is Status.ANSWERED

            while not is_there():
                changed.clear()
                await asyncio.wait_for(changed.wait(), 10)
            leave()
            wav = tmp_path / "heard.wav"
            # By its name, the leg in it, and a second time into the same file.
            words = ("support", "--seconds", "1", "--json", "--wav", str(wav))
            code, out, err = await run(tmp_path, env_file, *words)
            assert code == 0, err
            told: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
            levels = [one for one in told if "level_db" in one]
            assert len(levels) >= 10
            assert {"frames", "missing", "wrong", "silent_ms", "clipped", "one_way"} <= set(
                levels[0]
            )
            assert [one["state"] for one in told if "state" in one] == ["live", "ended"]
            with wave.open(str(wav)) as file:
                assert file.getnframes() >= 16_000
            assert "in " + str(wav) in err
            code, out, err = await run(tmp_path, env_file, leg, "--seconds", "1")
            assert code == 0, err
            assert out.startswith("00:01 ")
            code, _, err = await run(tmp_path, env_file, leg, "--wav", str(wav))
            assert (code, "is there already" in err) == (2, True)
            found = desk.store.floor.leg(leg)
            assert found is not None
            assert found.status is Status.ANSWERED
