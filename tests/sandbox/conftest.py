import functools
from collections.abc import Iterator

import pytest

from console.sandbox.keys import make_key_pair


@pytest.fixture(scope="session", autouse=True)
def _the_applications_key_is_made_once() -> Iterator[None]:
    # A tenth of a second for each sandbox; those that the API makes are made anew as ever.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("console.sandbox.state.make_key_pair", functools.cache(make_key_pair))
        yield
