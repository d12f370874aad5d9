"""Answers to a Jacobian: right in every form, wrong with a reason, a transpose told as such."""

import pytest

from core.jobs import answer
from core.problem import Problem

MAP = "(x^2 y, x + sin(y)^2)"


def judged(text: str, entry: str, given: str, variables: tuple[str, ...] = ()) -> dict[str, object]:
    return answer({"problem": Problem(text, variables).to_wire(), "entry": entry, "answer": given})


@pytest.mark.parametrize(
    ("text", "entry", "given"),
    [(MAP, "11", "2xy"), (MAP, "11", "y (x + x)"), (MAP, "12", "x^3/x"), (MAP, "22", "sin(2y)"),
     (MAP, "22", "2 sin(y) cos(y)"), (MAP, "21", "sin(x)^2 + cos(x)^2"), ("(ln(x y), x)", "11", "1/x"),
     ("f(x, y) = (a x^2, x y)", "11", "2 a x"), ("(e^(x+y), 1)", "12", "e^x e^y"), ("(|x|, y)", "11", "x/|x|"),
     ("f(x) = x^3", "11", "3x^2")],
)  # fmt: skip
def test_every_form_of_the_right_answer_counts(text: str, entry: str, given: str) -> None:
    assert judged(text, entry, given)["verdict"] == "right"


def test_an_identity_is_told_from_agreement() -> None:
    assert judged(MAP, "22", "sin(2y)")["exact"] is True
    said = judged("(max(x, y), x)", "11", "(1 + sign(x - y))/2")
    assert said["verdict"] == "right" and not said["exact"] and "40 digits" in str(said["sentence"])


@pytest.mark.parametrize(
    ("entry", "given", "verdict", "words"),
    [("12", "1", "transposed", "That is ∂f_2/∂x, across the diagonal"), ("21", "x^2", "transposed", "asked is ∂f_2/∂x"),
     ("11", "sin(2y)", "wrong", "That is ∂f_2/∂y"), ("11", "-2xy", "wrong", "but for its sign"),
     ("11", "x^2 y", "wrong", "f_1 itself"), ("11", "2x", "wrong", "yours is"), ("11", "2xy + 10^-20", "wrong", "Not yet"),
     ("11", "2 x y +", "unread", ""), ("11", "", "unread", "nothing to read"), ("11", "x, y", "unread", "One formula"),
     ("11", "2 q y", "unread", "q is no letter")],
)  # fmt: skip
def test_a_wrong_answer_is_answered(entry: str, given: str, verdict: str, words: str) -> None:
    said = judged(MAP, entry, given)
    assert said["verdict"] == verdict and words in str(said["sentence"])


@pytest.mark.parametrize(
    ("text", "given", "verdict", "words"),
    [(MAP, "2xy, x^2; 1, 2 sin(y) cos(y)", "right", "identity"), (MAP, "2xy, 1\nx^2, sin(2y)", "transposed", "swapped"),
     ("(x^2 y, x + y, sin(x))", "2xy, 1, cos(x); x^2, 1, 0", "transposed", "yours is 2 × 3, J is 3 × 2"),
     ("(x^2 y, x + y, sin(x))", "[[2xy, x^2], [1, 1], [cos(x), 0]]", "right", ""), (MAP, "1, 2, 3", "wrong", "J is 2 × 2"),
     (MAP, "2xy, x^2; 1", "wrong", "same number"), (MAP, "2xy, x^2; 2, 3", "wrong", "1 more entry is not right"),
     ("(x y, x + max(x, y))", "y, x; 1 + (1 + sign(x - y))/2, (1 - sign(x - y))/2", "right", "digits"),
     ("(x + y, x + y)", "1, 1; 1, 1", "right", "")],
)  # fmt: skip
def test_a_whole_matrix_is_checked_and_a_transpose_is_explained(
    text: str, given: str, verdict: str, words: str
) -> None:
    said = judged(text, "all", given)
    assert said["verdict"] == verdict and words in str(said["sentence"])
