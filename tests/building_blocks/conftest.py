from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from console.desk import open_desk
from tests.building_blocks.given import Rehearsal, route_file
from tests.real_sandbox import RealSandbox, real_sandbox


@pytest.fixture(scope="package")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    with real_sandbox(folder, "--clock", "virtual") as started:
        yield started


@pytest.fixture
async def stage(there: RealSandbox, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    context, route = route_file(there.context(), tmp_path)
    async with open_desk(context, journal_path=tmp_path / "j.sqlite") as desk:
        stage = Rehearsal(desk, route)
        yield stage
        await stage.clear()
