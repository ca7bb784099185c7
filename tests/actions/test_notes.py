"""Notes and bookmarks: proven by being written down, seen on the floor and in the ladder."""

import pytest

from console.actions.note_jobs import note_job
from console.actions.requests import ArgsError
from console.actions.target import Target
from console.floor.views import Stage
from console.journal.record import Kind
from console.ladder.reading import call_of
from console.tui.words import lane
from tests.tui.scene import Scene
from tests.tui.standing_desk import SceneJournal

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9001"


async def test_a_note_is_proven_by_being_written_and_is_in_the_ladder() -> None:
    scene = Scene()
    scene.up(LEG, "CON-1")
    scene.asked("a1", "note", leg=LEG, text="too short after resample", of="2")
    scene.asked("a2", "bookmark", leg=LEG, of="2")
    attempts = scene.store.floor.attempts_of(LEG)
    assert {each.stage for each in attempts} == {Stage.PROVEN}
    assert {lane(each) for each in attempts} == {"note “too short after resample”", "bookmark"}
    call = await call_of(SceneJournal(scene.records), scene.store.floor, LEG)
    told = [(rung.what, rung.detail) for rung in call.ladder.rungs if rung.kind.value == "action"]
    assert told == [("note", "“too short after resample” · record 2"), ("bookmark", "record 2")]
    assert scene.records[-1].kind is Kind.ACTION_ASKED


def test_what_cannot_be_noted_is_told() -> None:
    leg = Target.leg(LEG)
    assert note_job("note", leg, {"text": " hi "}).args == {"text": "hi"}
    assert note_job("bookmark", None, {"of": "12"}).args == {"of": "12"}
    for action, target, args, said in (
        ("note", leg, {"text": " "}, "there is none"),
        ("note", leg, {"text": "x" * 2_001}, "at most 2000"),
        ("bookmark", leg, {"of": "x"}, "number of a record"),
        ("bookmark", None, {}, "select a leg"),
    ):
        with pytest.raises(ArgsError, match=said):
            note_job(action, target, args)
