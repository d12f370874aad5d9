"""What a page under test holds, and what a browser may say to it."""

import json
import re
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest


def scene(at: AppTest) -> dict[str, Any]:
    """What the one map or graph of the page was given."""
    (figure,) = [given for given in drawn(at) if given["kind"] != "chart"]
    return figure


def drawn(at: AppTest) -> list[dict[str, Any]]:
    """What all figures of the page were given, charts too."""
    live = [leaf for leaf in leaves(at.main) if getattr(leaf.proto, "component_name", "").endswith(".live")]
    return [dict(json.loads(leaf.proto.json)[0]) for leaf in live]


def leaves(block: Any) -> list[Any]:
    """All elements of a page, in their order."""
    children = getattr(block, "children", None)
    if children is None:
        return [block]
    return [leaf for child in children.values() for leaf in leaves(child)]


def following(kind: Any, name: str) -> Any:
    """The one widget of a kind that follows the value `name`, whichever it is by now."""
    (found,) = [widget for widget in kind if widget.key and re.fullmatch(rf"{name}_\d+", widget.key)]
    return found


def stale(before: WidgetStates, at: AppTest, own: str) -> WidgetStates:
    """The message of a browser that heard of nothing since `before`, but was told the value of the widget `own`."""
    after = {state.id: state for state in at._tree.get_widget_states().widgets}
    return WidgetStates(
        widgets=[after[state.id] if state.id.endswith(f"-{own}") else state for state in before.widgets]
    )
