import pytest

# The tests that it makes say by which lines a picture is another one.
pytest.register_assert_rewrite("tests.tui.picturing")
