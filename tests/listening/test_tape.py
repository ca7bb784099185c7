"""The file of what is heard: whole at every moment, whatever happens to the process or the disk."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from console.audio.frames import to_bytes
from console.listening.tape import WAITING_BYTES, Tape
from console.listening.wav_file import WavFile
from tests.listening.platform_socket import tone


def samples_in(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        kept: bytes = file.readframes(file.getnframes())
        return kept


async def test_what_is_heard_is_in_the_file(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "new" / "heard.wav")
    sound = to_bytes(tone(440, 1.3))
    for start in range(0, len(sound), 640):
        tape.feed(sound[start : start + 640])
    await tape.close()
    assert samples_in(tape.path) == sound
    assert tape.path.stat().st_mode & 0o777 == 0o600
    assert tape.trouble == ""


def test_it_is_whole_after_each_write(tmp_path: Path) -> None:
    file = WavFile(tmp_path / "heard.wav")
    for count in range(1, 4):
        file.append(bytes(640))
        assert len(samples_in(file.path)) == 640 * count
    file.close()


def test_another_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "kept.wav"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        WavFile(path)
    link = tmp_path / "link.wav"
    link.symlink_to(tmp_path / "elsewhere.wav")
    with pytest.raises(FileExistsError):
        WavFile(link)


async def test_listening_goes_on_when_the_file_cannot_be_written(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "heard.wav")
    tape.path.write_bytes(b"mine")
    tape.feed(bytes(64_000))
    await tape.close()
    assert tape.trouble == "heard.wav cannot be written (File exists); listening goes on"
    tape.feed(bytes(64_000))
    assert tape.path.read_bytes() == b"mine"


_FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from console.listening.tape import Tape
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
async def main():
    tape = Tape(Path(sys.argv[1]))
    for _ in range(100):
        tape.feed(bytes([7]) * 640)
        await asyncio.sleep(0)
    await tape.close()
    print(tape.trouble)
asyncio.run(main())
"""


def test_a_full_disk_leaves_a_whole_file_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    told = subprocess.run(
        [sys.executable, "-c", _FULL, str(path)], capture_output=True, text=True, timeout=30
    )
    assert "heard.wav cannot be written (File too large); listening goes on" in told.stdout
    kept = samples_in(path)
    assert 0 < len(kept) <= 50_000
    assert set(kept) == {7}
    assert resource.RLIMIT_FSIZE is not None


_KILLED = """
import sys
from pathlib import Path
from console.listening.wav_file import WavFile
file = WavFile(Path(sys.argv[1]))
while True:
    file.append(bytes([7]) * 640)
    print(file.samples, flush=True)
"""


def test_a_killed_process_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(20)]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    kept = samples_in(path)
    assert len(kept) >= told[-1] * 2
    assert set(kept) == {7}


async def test_a_disk_that_hangs_holds_nobody_up(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "heard.wav")
    # No thread gets its turn before the loop does: as with a disk that does not answer.
    for _ in range(WAITING_BYTES // 640 + 400):
        tape.feed(bytes(640))
    assert tape.trouble == "the disk is too slow; what is heard is not written any more"
    await tape.close()
    assert np.frombuffer(samples_in(tape.path), "<i2").size > 0
    await asyncio.sleep(0)
