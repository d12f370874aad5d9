"""What a browser says that has not yet heard: a field that was filled stays filled, and a link ends at the last word."""

from typing import Any

import pytest
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest

from core.ui import fields


def page() -> None:
    import streamlit as st

    from core.ui import fields, kept

    for text in ("two", "three"):
        st.button(text, on_click=fields.put, args=("at", text))
    for k in (1, 2, None):
        st.button(f"k = {k}", on_click=kept.hold, args=("k", k))
    st.text_input("Point", "one", key="at", on_change=fields.mend, args=("at",))
    fields.drawn("at")
    kept.link("k")


def opened() -> AppTest:
    return AppTest.from_function(page).run()


def press(at: AppTest, label: str, says: str = "") -> str:
    """What the field holds when a button was pressed in a browser that says this of the field."""
    if says:
        at.text_input(key="at").set_value(says)
    next(button for button in at.button if button.label == label).click().run()
    return str(at.text_input(key="at").value)


def type_(at: AppTest, text: str) -> str:
    """What the field holds when a browser says this of it."""
    return str(at.text_input(key="at").set_value(text).run().text_input(key="at").value)


def test_a_message_that_was_on_its_way_empties_no_field_that_was_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "HEARD", 60.0)
    at = opened()
    assert press(at, "two") == "two"
    assert type_(at, "one") == "two"
    assert press(at, "three", says="one") == "three"
    assert [type_(at, older) for older in ("one", "two", "one")] == ["three"] * 3


def test_what_was_never_in_the_field_is_heard_at_once() -> None:
    at = opened()
    press(at, "two")
    assert type_(at, "other") == "other"


def test_what_was_in_the_field_is_heard_when_the_browser_knows_what_it_was_filled_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fields, "HEARD", 0.0)
    at = opened()
    press(at, "two")
    assert type_(at, "one") == "one"


def test_the_link_ends_at_the_last_word_though_the_browser_has_not_heard_of_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[Any] = []
    update = QueryParams.update
    monkeypatch.setattr(QueryParams, "update", lambda self, other: (told.append(dict(other)), update(self, other)))
    at = opened()
    press(at, "k = 1")
    press(at, "k = 2")
    at.query_params["k"] = "1"  # the address as it was when the key was pressed
    press(at, "k = 1")
    press(at, "k = 1")  # nothing new
    assert told == [{"k": "1"}, {"k": "2"}, {"k": "1"}]
    del at.query_params["k"]
    press(at, "k = None")
    assert told[3:] == [{}] and "k" not in at.query_params
