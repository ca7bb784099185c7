import itertools

import pytest

from console.voice.statuses import (
    DETAILS,
    ENDED,
    LISTED,
    NOT_CONNECTED,
    RANK,
    SIP_CODES,
    TRANSITIONS,
    Status,
    explain,
    meaning,
    rank,
    sip_outcome,
    status_of,
)


def test_the_values_are_those_of_the_wire() -> None:
    words = """started ringing answered human machine busy cancelled rejected failed timeout
        unanswered disconnected completed"""
    assert {status.value for status in Status} == set(words.split())


@pytest.mark.parametrize("status", Status)
def test_each_status_has_everything(status: Status) -> None:
    assert status in TRANSITIONS
    assert status in RANK
    for words in (meaning(status).what, meaning(status).who, meaning(status).next):
        assert words.strip()
    assert explain(status) == meaning(status).what


PATHS = [
    "started ringing answered completed",
    "started ringing answered human completed",
    "started ringing answered machine machine completed",
    "started ringing answered disconnected completed",
    "started ringing busy completed",
    "started ringing cancelled completed",
    "started ringing timeout completed",
    "started ringing unanswered completed",
    "started ringing failed completed",
    "started failed completed",
    "started busy completed",
    "started unanswered completed",
    "started cancelled completed",
    "started rejected",
    "started ringing rejected",
    "started ringing completed",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_documented_path_is_in_the_table(path: str) -> None:
    steps = [Status(word) for word in path.split()]
    for before, after in itertools.pairwise(steps):
        assert after in TRANSITIONS[before]
    assert not TRANSITIONS[steps[-1]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rejected", "completed"),
        ("completed", "answered"),
        ("answered", "ringing"),
        ("answered", "busy"),
        ("busy", "answered"),
        ("started", "timeout"),
        ("human", "human"),
        ("disconnected", "answered"),
    ],
)
def test_what_cannot_follow(before: str, after: str) -> None:
    assert Status(after) not in TRANSITIONS[Status(before)]


def test_every_step_of_the_table_raises_the_rank_or_repeats_machine() -> None:
    for before, following in TRANSITIONS.items():
        for after in following:
            assert rank(after) > rank(before) or before is after is Status.MACHINE


def test_ranks_are_all_different_so_that_any_order_gives_one_state() -> None:
    assert len(set(RANK.values())) == len(Status)
    assert max(Status, key=rank) is Status.COMPLETED
    assert all(rank(status) > rank(Status.RINGING) for status in NOT_CONNECTED)


def test_a_leg_has_ended_exactly_where_only_completed_or_nothing_follows() -> None:
    for status in Status:
        over = TRANSITIONS[status] <= {Status.COMPLETED} and status is not Status.DISCONNECTED
        assert (status in ENDED) == over


def test_the_list_filter_knows_neither_human_nor_disconnected() -> None:
    assert set(Status) - LISTED == {Status.HUMAN, Status.DISCONNECTED}


def test_names() -> None:
    assert status_of("busy") is Status.BUSY
    for other in ("transfer", "BUSY", "", None, 5, ["busy"]):
        assert status_of(other) is None


def test_details_and_sip_codes_are_put_in_words() -> None:
    assert explain(Status.FAILED, "number_out_of_service", 404) == (
        "The call could not be connected: the number is not in service; SIP 404 not found."
    )
    assert explain(Status.FAILED, "something_new", 799).endswith("something_new; SIP 799.")
    assert {"unavailable", "timeout", "carrier_timeout"} == set(DETAILS[Status.UNANSWERED])
    assert {"invalid_number", "restricted", "declined"} == set(DETAILS[Status.REJECTED])
    assert {"cannot_route", "number_out_of_service", "internal_error"} == set(
        DETAILS[Status.FAILED]
    )


@pytest.mark.parametrize("code", [*SIP_CODES, 499, 504, 699])
def test_a_failing_sip_code_ends_a_leg_with_a_known_detail(code: int) -> None:
    if code == 200:
        return
    status, detail = sip_outcome(code)
    assert status in NOT_CONNECTED
    assert detail is None or detail in DETAILS[status]


def test_sip_codes_of_section_4_4() -> None:
    assert sip_outcome(486) == (Status.BUSY, None)
    assert sip_outcome(600) == (Status.BUSY, None)
    assert sip_outcome(480) == (Status.UNANSWERED, "unavailable")
    assert sip_outcome(603) == (Status.REJECTED, "declined")
    assert sip_outcome(403) == (Status.REJECTED, "restricted")
    assert sip_outcome(500) == (Status.FAILED, "internal_error")
