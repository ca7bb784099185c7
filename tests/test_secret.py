import copy
import json
import logging
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.secret import MASK, Secret

TEXT = "the-signature-secret"


def test_it_is_given_only_where_it_is_asked_for() -> None:
    assert Secret(TEXT).reveal() == TEXT


def test_no_way_of_printing_shows_it(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(TEXT)
    logging.getLogger("x").warning("%s %r", secret, secret)
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>10}",
        f"{secret:>20}",
        "{}".format(secret),  # noqa: UP032  # str.format is a way of its own
        "%s %r" % (secret, secret),  # noqa: UP031  # so is %
        repr([secret]),
        repr({"key": secret}),
        caplog.text,
    ]
    assert all(MASK in text and TEXT not in text for text in shown)


def test_it_is_not_written_anywhere() -> None:
    secret = Secret(TEXT)
    for write in (pickle.dumps, copy.deepcopy, copy.copy, json.dumps):
        with pytest.raises(TypeError) as caught:
            write(secret)
        assert TEXT not in "".join(traceback.format_exception(caught.value))


def test_it_has_no_attributes_to_look_at() -> None:
    secret = Secret(TEXT)
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError):
        vars(secret)


@given(st.text(), st.text())
def test_equality_is_that_of_the_texts(one: str, other: str) -> None:
    assert (Secret(one) == Secret(other)) is (one == other)
    assert Secret(one) == Secret(one)
    assert hash(Secret(one)) == hash(Secret(one))
    assert Secret(one) != one
    assert bool(Secret(one)) is bool(one)
