"""What can be taken back and done again, read off the attempts alone."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.actions.command import parse_command
from console.actions.undoing import Refused, Step, Undoing, stacks
from console.floor.views import Attempt, Stage
from tests.tui.scene import Scene

LEG, OTHER = "0779a56d002f1c7f47f82ef5fe84ab79", "1779a56d002f1c7f47f82ef5fe84ab79"


def attempt(id_: str, action: str, stage: Stage = Stage.PROVEN, **args: str) -> Attempt:
    return Attempt(
        id=id_,
        action=action,
        leg=LEG,
        conversation=None,
        args=args,
        stage=stage,
        reason="",
        asked_ms=int(id_.strip("urm") or 0),
        sent_ms=None,
        accepted_ms=None,
        proven_ms=None,
        failed_ms=None,
    )


def test_an_undo_names_what_it_undoes_and_a_redo_the_undo() -> None:
    first = attempt("1", "leg.mute", want="mute")
    undo = attempt("2", "undo", undoes="1")
    again = attempt("3", "redo", redoes="2")
    done, undone = stacks([first])
    assert [(e.by.id, e.of.id) for e in done] == [("1", "1")]
    done, undone = stacks([first, undo])
    assert (done, [(e.by.id, e.of.id) for e in undone]) == ([], [("2", "1")])
    done, undone = stacks([first, undo, again])
    assert ([(e.by.id, e.of.id) for e in done], undone) == ([("3", "1")], [])
    done, undone = stacks([first, replace(undo, stage=Stage.FAILED)])
    assert ([e.by.id for e in done], undone) == (["1"], [])


def test_what_is_new_ends_what_could_be_redone_and_what_cannot_be_undone_does_not() -> None:
    first, undo = attempt("1", "leg.mute", want="mute"), attempt("2", "undo", undoes="1")
    _, undone = stacks([first, undo, attempt("3", "leg.say", text="hello")])
    assert len(undone) == 1
    done, undone = stacks([first, undo, attempt("3", "leg.earmuff", want="earmuff")])
    assert ([e.of.action for e in done], undone) == (["leg.earmuff"], [])


@given(st.lists(st.sampled_from("dur"), max_size=30))
def test_the_stacks_are_those_of_any_editor(keys: str) -> None:
    attempts: list[Attempt] = []
    done: list[int] = []
    undone: list[int] = []
    by: dict[int, str] = {}
    for number, key in enumerate(keys, 1):
        id_ = str(number)
        if key == "d":
            attempts.append(attempt(id_, "leg.mute", want="mute"))
            done.append(number)
            by[number] = id_
            undone.clear()
        elif key == "u" and done:
            undone.append(done.pop())
            attempts.append(attempt(id_, "undo", undoes=by[undone[-1]]))
            by[undone[-1]] = id_
        elif key == "r" and undone:
            done.append(undone.pop())
            attempts.append(attempt(id_, "redo", redoes=by[done[-1]]))
            by[done[-1]] = id_
    left, right = stacks(attempts)
    assert [e.of.id for e in left] == [str(n) for n in done]
    assert [e.of.id for e in right] == [str(n) for n in undone]


class Story:
    """A floor and what can be undone on it."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.undoing = Undoing(self.scene.store, 0)
        self.scene.up(LEG, "CON-1", from_="447700900001")

    def did(self, id_: str, action: str, leg: str = LEG, **args: str) -> None:
        self.scene.asked(id_, action, leg=leg, **args)
        self.scene.clock.tick(0.1)

    def done(self, id_: str, action: str, leg: str, want: str) -> None:
        self.did(id_, action, leg, want=want)
        self.scene.exchange(id_, "PUT", f"/v1/calls/{leg}", 204, leg=leg, body={"action": want})

    def why(self, of: str = "") -> str:
        found = self.undoing.next("undo", of)
        assert isinstance(found, Refused)
        return found.why


def test_what_moved_on_is_refused_with_the_reason() -> None:
    story = Story()
    assert story.why() == "nothing was done in this session that can be undone"
    story.did("1", "leg.transfer", kind="conversation", value="x", left="CON-1")
    assert story.why() == "transfer 447700900001: it has no answer yet"
    story.scene.clock.tick(1)
    story.scene.status(LEG, "CON-1", "completed")
    assert story.why() == "transfer 447700900001: this leg is over (completed)"
    assert story.undoing.next("redo") == Refused("nothing was undone that could be done again")


def test_where_all_is_undone_or_done_again_that_is_said() -> None:
    story = Story()
    story.done("1", "leg.mute", LEG, want="mute")
    story.did("2", "undo", undoes="1")
    assert story.why() == "everything that can be undone is undone"
    story.did("3", "redo", redoes="2")
    assert story.undoing.next("redo") == Refused("everything that was undone is done again")


def test_an_older_one_on_another_leg_is_named_where_the_last_is_void() -> None:
    story = Story()
    story.scene.up(OTHER, "CON-2", from_="447700900002")
    story.done("1", "leg.mute", OTHER, want="mute")
    story.done("2", "leg.mute", LEG, want="mute")
    assert isinstance(story.undoing.next("undo"), Step)
    story.scene.status(LEG, "CON-1", "completed")
    assert story.why() == (
        "mute 447700900001: this leg is over (completed); before it: mute 447700900002,"
        " :undo 447700900002"
    )
    found = story.undoing.next("undo", "447700900002")
    assert isinstance(found, Step)
    assert (found.words, found.leg, found.args) == (
        "mute 447700900002",
        OTHER,
        {"want": "unmute"},
    )
    assert found.written == {"undoes": "1"}
    assert story.why("447700900099").endswith("can be undone, on 447700900099")


def test_the_command_line_takes_a_leg_and_what_hold_takes() -> None:
    assert parse_command(":undo 4477").args == {"of": "4477"}
    assert parse_command(":unhold to=support").args == {"to": "support", "want": "unhold"}
    assert parse_command(":hold music=https://a.example/m.mp3").args == {
        "music": "https://a.example/m.mp3"
    }
