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


@pytest.mark.conforms("4.1", "there are 13 statuses")
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


@pytest.mark.conforms(
    "4.3",
    "every documented path is possible, failures also straight from started",
    "machine may come twice (status, then beep)",
)
@pytest.mark.conforms("7.4", "disconnected stands between answered and completed")
@pytest.mark.conforms("11.2", "completed follows every failure but rejected (5)")
@pytest.mark.parametrize("path", PATHS)
def test_every_documented_path_is_in_the_table(path: str) -> None:
    steps = [Status(word) for word in path.split()]
    for before, after in itertools.pairwise(steps):
        assert after in TRANSITIONS[before]
    assert not TRANSITIONS[steps[-1]]


@pytest.mark.conforms("4.3", "nothing follows rejected or completed; nothing leads back")
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


@pytest.mark.conforms("4.3", "states can be ranked so that each step climbs")
def test_every_step_of_the_table_raises_the_rank_or_repeats_machine() -> None:
    for before, following in TRANSITIONS.items():
        for after in following:
            assert rank(after) > rank(before) or before is after is Status.MACHINE


@pytest.mark.conforms("5.6", "the rank of a status does not depend on the order of arrival")
def test_ranks_are_all_different_so_that_any_order_gives_one_state() -> None:
    assert len(set(RANK.values())) == len(Status)
    assert max(Status, key=rank) is Status.COMPLETED
    assert all(rank(status) > rank(Status.RINGING) for status in NOT_CONNECTED)


def test_a_leg_has_ended_exactly_where_only_completed_or_nothing_follows() -> None:
    for status in Status:
        over = TRANSITIONS[status] <= {Status.COMPLETED} and status is not Status.DISCONNECTED
        assert (status in ENDED) == over


@pytest.mark.conforms("4.1", "machine may be a REST filter, human and disconnected may not")
def test_the_list_filter_knows_neither_human_nor_disconnected() -> None:
    assert set(Status) - LISTED == {Status.HUMAN, Status.DISCONNECTED}


@pytest.mark.conforms("4.1", "transfer and other words are no status")
def test_names() -> None:
    assert status_of("busy") is Status.BUSY
    for other in ("transfer", "BUSY", "", None, 5, ["busy"]):
        assert status_of(other) is None


@pytest.mark.conforms(
    "4.2",
    "every detail of unanswered, rejected and failed is known",
    "unknown details and SIP codes are tolerated",
    "unanswered carrier_timeout is the newer name of timeout",
)
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


@pytest.mark.conforms("4.2", "each typical SIP code gives a failure with a known detail")
@pytest.mark.parametrize("code", [*SIP_CODES, 499, 504, 699])
def test_a_failing_sip_code_ends_a_leg_with_a_known_detail(code: int) -> None:
    if code == 200:
        return
    status, detail = sip_outcome(code)
    assert status in NOT_CONNECTED
    assert detail is None or detail in DETAILS[status]


@pytest.mark.conforms(
    "4.4", "486/600 busy, 480/408 unanswered, 603/403/404/484 rejected, 5xx failed"
)
def test_sip_codes_of_section_4_4() -> None:
    assert sip_outcome(486) == (Status.BUSY, None)
    assert sip_outcome(600) == (Status.BUSY, None)
    assert sip_outcome(480) == (Status.UNANSWERED, "unavailable")
    assert sip_outcome(408) == (Status.UNANSWERED, "timeout")
    assert sip_outcome(603) == (Status.REJECTED, "declined")
    assert sip_outcome(403) == (Status.REJECTED, "restricted")
    for code in (404, 484):
        assert sip_outcome(code) == (Status.REJECTED, "invalid_number")
    for code in (500, 503, 504):
        assert sip_outcome(code) == (Status.FAILED, "internal_error")
