import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.picturing import Svg


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Svg)
