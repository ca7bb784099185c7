"""What is offered while an NCCO is written is what the strict reader asks for."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.voice.json_cursor import cursor_at
from console.voice.ncco import ACTION_NAMES, NccoError, parse_ncco
from console.voice.ncco_complete import complete
from console.voice.ncco_lint import lint_ncco


def offered(marked: str) -> tuple[str, ...]:
    """The words at the `|` of a text."""
    found = complete(marked.replace("|", "", 1), marked.index("|"))
    return found.words if found is not None else ()


def test_actions_options_and_words_come_from_the_reader() -> None:
    assert offered('[{"action": "|"}]') == tuple(ACTION_NAMES.values())
    assert offered('[{"action": "ta|') == ("talk",)
    assert offered("[{|") == ("action",)
    assert offered('[{"action": "talk", "text": "x", |}]')[0] == "bargeIn"
    assert offered('[{"action": "wait", |') == ("timeout",)
    assert offered('[{"action": "talk", "bargeIn": |}]') == ("true", "false")
    assert offered('[{"action": "record", "format": "|"}]') == ("mp3", "wav", "ogg")
    assert offered('[{"action": "input", "type": ["|"]}]') == ("dtmf", "speech")
    assert set(offered('[{"action": "input", "dtmf": {|}}]')) == {
        "maxDigits",
        "submitOnHash",
        "timeOut",
    }
    assert "maxDigits" not in offered('[{"action": "input", |}]')
    assert "sip" in offered('[{"action": "connect", "endpoint": [{"type": "|"}]}]')
    # What decides stands behind the cursor, and the line before is not closed yet.
    assert offered('[{"endpoint": [{|, "type": "vbc"}], "action": "connect"}]') == ("extension",)
    assert "en-GB" in offered('[{"action": "talk", "language": "en-|')
    assert offered('[{"action": "input", "speech": {"language": "de|"}}]') == ("de-DE",)


@pytest.mark.parametrize(
    "marked", ["|", '{"a|', '[{"action": "talk"|}]', '[{"action": "talk", "text": "so|"}]', "[1 |"]
)
def test_where_anything_or_nothing_may_stand_nothing_is_offered(marked: str) -> None:
    assert offered(marked) == ()


def test_what_is_offered_is_taken() -> None:
    text = '[{"action": "connect", "endpoint": [{"type": "ph"}]}]'
    at = text.index('ph"') + 2
    found = complete(text, at)
    assert found is not None
    assert text[: found.start] + found.texts[0] + text[found.end :] == text.replace("ph", "phone")
    for word in offered('[{"action": "record", "endOnKey": "|"}]'):
        assert parse_ncco([{"action": "record", "endOnKey": word}])
    for word in ACTION_NAMES.values():
        for name in offered(f'[{{"action": "{word}", |}}]'):
            # A name that is offered is never one that is ignored.
            raw = json.dumps([{"action": word, name: None}]).encode()
            rules = {finding.rule for finding in lint_ncco(raw)}
            assert not rules & {"unknown-option", "wrong-name", "snake-case"}, name
    with pytest.raises(NccoError) as raised:
        parse_ncco([{"action": "none"}])
    assert raised.value.defects[0].choices == tuple(ACTION_NAMES.values())


@settings(max_examples=60)
@given(st.text(alphabet='[]{}:," \\\nat\x1b\u202e1', max_size=40), st.integers(0, 40))
def test_no_text_is_too_broken(text: str, offset: int) -> None:
    cursor = cursor_at(text, min(offset, len(text)))
    complete(text, min(offset, len(text)))
    assert cursor is None or 0 <= cursor.start <= cursor.end <= len(text)
