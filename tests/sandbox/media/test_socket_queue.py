from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from console.sandbox.media.socket_queue import BUFFERED_MESSAGES, FrameQueue

LIMIT = 4


class PlainQueue(RuleBasedStateMachine):
    """The queue beside a plain list of everything that was put into it and is not over."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = FrameQueue(LIMIT)
        self.waiting: list[tuple[str, Any]] = []
        self.count = 0

    def _waits(self, kind: str) -> int:
        return sum(one == kind for one, _ in self.waiting)

    @rule()
    def put(self) -> None:
        self.count += 1
        frame = bytes([self.count % 256])
        taken = self._waits("frame") < LIMIT
        assert self.queue.put(frame) is taken
        if taken:
            self.waiting.append(("frame", frame))

    @rule()
    def mark(self) -> None:
        self.count += 1
        taken = self._waits("mark") < LIMIT
        assert self.queue.mark(self.count) is taken
        if taken:
            self.waiting.append(("mark", self.count))

    @rule()
    def play(self) -> None:
        self._pass_marks()
        assert self.queue.take() == (self.waiting.pop(0)[1] if self.waiting else None)

    @rule()
    def clear(self) -> None:
        assert self.queue.clear() == self._waits("frame")
        self.waiting.clear()

    @rule(times=st.integers(1, 2))
    def look(self, times: int) -> None:
        for _ in range(times):
            self._pass_marks()

    def _pass_marks(self) -> None:
        expected = []
        while self.waiting and self.waiting[0][0] == "mark":
            expected.append(self.waiting.pop(0)[1])
        assert self.queue.reached() == expected

    @invariant()
    def it_counts_frames(self) -> None:
        assert len(self.queue) == self._waits("frame")


TestPlainQueue = PlainQueue.TestCase
TestPlainQueue.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@pytest.mark.conforms("7.3", "the buffer holds 3072 messages, then the newest are dropped")
def test_a_full_queue_drops_the_newest_and_takes_again_what_has_room() -> None:
    queue = FrameQueue()
    frames = [number.to_bytes(2) for number in range(BUFFERED_MESSAGES + 5)]
    assert [queue.put(frame) for frame in frames].count(False) == 5
    assert len(queue) == 3_072
    assert queue.take() == frames[0]
    assert queue.put(b"last")
    played = [queue.take() for _ in range(BUFFERED_MESSAGES)]
    assert played == [*frames[1:BUFFERED_MESSAGES], b"last"]
    assert queue.take() is None
