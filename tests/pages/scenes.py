"""The scene of the live figure on a page under test."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def scene(at: AppTest) -> dict[str, Any]:
    """What the one live figure of the page was given."""
    found = [element for element in at.main if "bidi" in type(element.proto).__name__.lower()] or [
        element for element in _all(at) if "Bidi" in type(getattr(element, "proto", None)).__name__
    ]
    (figure,) = found
    return dict(json.loads(figure.proto.json)["scene"])


def _all(block: Any) -> list[Any]:
    children = getattr(block, "children", None)
    if children is None:
        return [block]
    return [leaf for child in children.values() for leaf in _all(child)]
