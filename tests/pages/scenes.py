"""The scene of the live figure on a page under test."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def scene(at: AppTest) -> dict[str, Any]:
    """What the one live figure of the page was given."""
    (figure,) = [leaf for leaf in leaves(at.main) if getattr(leaf.proto, "component_name", "").endswith(".live")]
    return dict(json.loads(figure.proto.json)[0])


def leaves(block: Any) -> list[Any]:
    """All elements of a page, in their order."""
    children = getattr(block, "children", None)
    if children is None:
        return [block]
    return [leaf for child in children.values() for leaf in leaves(child)]
