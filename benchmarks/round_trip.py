"""Random trees over the whole vocabulary, typeset and read back: each must come back as the same tree.

    python -m benchmarks.round_trip [how many, default 100000] [seed, default 1]

The trees have the form the reader itself gives them: no product directly in a product, log to the base 2 as log2.
A tree beyond a budget, or one that divides by the number zero, may be refused; nothing else may.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator

from core.syntax import InputError, Tree, latex_of, read
from core.vocabulary import WORDS

NAMES = ("x", "y_1", "alpha", "f", "speed", "b", "x_max")
NUMBERS = (("num", 2, 1), ("num", 13, 1), ("num", 1, 10), ("num", 5, 2), ("num", 0, 1), ("num", 10**19, 1))
RELATIONS = ("lt", "le", "gt", "ge", "eq", "ne")


def trees(seed: int) -> Iterator[Tree]:
    """Endless, the same for the same seed."""
    rng = random.Random(seed)
    while True:
        yield grown(rng, rng.choice((1, 2, 2, 3, 4)))


def grown(rng: random.Random, levels: int) -> Tree:
    """A tree of at most so many levels."""
    if levels == 0 or rng.random() < 0.1:
        return rng.choice((*NUMBERS, ("const", "pi"), ("const", "e"), *(("name", name) for name in NAMES)))

    def deeper() -> Tree:
        return grown(rng, levels - 1)

    kind = rng.random()
    if kind < 0.12:
        return ("add", *(deeper() for _ in range(rng.randint(2, 3))))
    if kind < 0.27:
        return ("mul", *(factor(rng, levels - 1) for _ in range(rng.randint(2, 3))))
    if kind < 0.35:
        return ("neg", deeper())
    if kind < 0.43:
        return ("div", deeper(), deeper())
    if kind < 0.55:
        half = ("div", ("num", 1, 1), ("num", 2, 1))
        return ("pow", deeper(), rng.choice((("num", 2, 1), ("num", 3, 1), ("neg", ("num", 1, 1)), half, deeper())))
    if kind < 0.65:
        rows = [(deeper(), condition(rng, levels - 1)) for _ in range(rng.randint(1, 2))]
        return ("cases", *rows, (deeper(), ("true",))) if rng.random() < 0.7 else ("cases", *rows)
    return called(rng, levels - 1)


def factor(rng: random.Random, levels: int) -> Tree:
    while (tree := grown(rng, levels))[0] == "mul":
        pass
    return tree


def called(rng: random.Random, levels: int) -> Tree:
    word = rng.choice(WORDS)
    if word.name == "root":
        return ("call", "root", grown(rng, levels), ("num", rng.randint(4, 100), 1))
    if word.name == "ln" and rng.random() < 0.3:
        return ("call", "ln", grown(rng, levels), rng.choice((("num", 3, 1), ("name", "b"))))
    most = 1 if word.name in ("ln", "heaviside") else word.most  # with two, they become another tree
    return ("call", word.name, *(grown(rng, levels) for _ in range(rng.randint(word.least, most))))


def condition(rng: random.Random, levels: int) -> Tree:
    if levels == 0 or rng.random() < 0.6:
        return (rng.choice(RELATIONS), grown(rng, min(levels, 1)), grown(rng, min(levels, 1)))
    head = rng.choice(("and", "or", "not"))
    return (head, *(condition(rng, levels - 1) for _ in range(1 if head == "not" else 2)))


def outcome(tree: Tree) -> str:
    """ "same", "refused" for a budget or a division by zero, or what is wrong."""
    text = latex_of(tree)
    try:
        again = read(text, NAMES).components[0]
    except InputError as error:
        return "refused" if error.code in ("budget", "math") else f"WRONG {error.message} {text}"
    return "same" if again == tree else f"WRONG {tree} {text} {again}"


def main(count: int, seed: int) -> int:
    outcomes: Counter[str] = Counter()
    for _, tree in zip(range(count), trees(seed), strict=False):
        found = outcome(tree)
        if found.startswith("WRONG") and outcomes["WRONG"] < 10:
            print(found)
        outcomes[found.split(" ")[0]] += 1
    print(f"{count} trees: {dict(outcomes)}")
    return 1 if outcomes["WRONG"] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
