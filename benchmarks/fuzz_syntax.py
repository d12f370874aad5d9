"""Texts nobody would type, thrown at the formula reader; anything but a reading or its own error is a defect.

    python -m benchmarks.fuzz_syntax [how many, default 100000] [seed, default 1]

Four sources in turn: random signs of the language, a good formula with random edits, two formulas spliced, and one
sign or pair repeated very often. Prints the counts, the slowest text (in time of the processor), and the exceptions
if there were any.
"""

import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from time import process_time

from core import gallery
from core.syntax import InputError, Reading, read
from core.vocabulary import WORDS

SIGNS = [
    *"xyzabefit0123456789+-*/^()[]{}|,;:=<>.!_ \n√∛π²³⁻¹₁×·−½αβ&%$#@'\"\\~`?",
    *(spelling for word in WORDS for spelling in word.spellings),
    *("Piecewise(", "Matrix([", "f(x, y) = ", "**", "<=", "Ne(", "True", "\\frac{", "\\sqrt", "__", "import", "1e"),
    *(
        "{",
        "}",
        " if ",
        " else ",
        " otherwise ",
        "where(",
        "IF(",
        "pow(",
        "np.",
        "math.",
        "Rational(",
        "log1p(",
        "arc sin ",
    ),
    *(
        "\\begin{cases}",
        "\\end{cases}",
        "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "\\\\",
        "\\text{if }",
        "\\over ",
        "\\left\\{",
    ),
    *(
        "\\begin{align}",
        "\\end{array}\\right.",
        "\\operatorname{atan2}",
        "\\sinn",
        "\\,",
        "AND(",
        "&&",
        "||",
        "⅟",
        "¹⁄₂",
    ),
    *("\u200b", "\u202e", "\u0301", "\ud800", "𝑥", "ｘ", "х", "∞", "\x00", "\U0001f600"),
]
PAIRS = [
    *("(", ")", "()", "|", "-", "+", "^", "x^", "sin ", "sin(", "√", "[", "{", "1/", "x/", "/", ",", "!", "2^", "e^"),
    *("9", "x y", "f(", "=", "<", "max(x,", "Piecewise((x, ", "\\", "_1", "x_", ".", "1.", "(1/3)^", "log_"),
    *(
        "{x if x>0,",
        "{",
        "x if x>0 else ",
        "where(x>0,",
        "pow(x,",
        "sech(",
        "\\begin{cases}x&x>0\\\\",
        "root(",
        "np.",
        "\\,",
    ),
    *("Piecewise[{{x,", "{x>0:", "sigmoid ", "atan2(x,", "\\text{if}", "arc ", "not ", "{x,"),
]
FORMULAS = [p.text for _, presets in gallery.menu() for p in presets]


def texts(seed: int) -> Iterator[str]:
    """Endless, the same for the same seed."""
    rng = random.Random(seed)
    while True:
        yield "".join(rng.choice(SIGNS) for _ in range(rng.randint(0, 40)))
        edited = list(rng.choice(FORMULAS))
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(edited) + 1)
            edited[at : at + rng.randint(0, 2)] = [rng.choice(SIGNS)] * rng.randint(0, 2)
        yield "".join(edited)
        first, second = rng.choice(FORMULAS), rng.choice(FORMULAS)
        yield first[: rng.randrange(len(first) + 1)] + rng.choice(SIGNS) + second[rng.randrange(len(second)) :]
        yield (
            rng.choice(["", "x", "2"])
            + rng.choice(PAIRS) * rng.choice([2, 20, 61, 300, 1900])
            + rng.choice(["", "x", ")"])
        )


def outcome(text: str) -> str:
    """ "read", the code of its refusal, or what is wrong with the answer."""
    try:
        reading = read(text)
    except InputError as error:
        inside = 0 <= error.position <= error.position + error.length <= len(text)
        good = (
            error.message and error.message[-1] in ".?" and "\n" not in error.message and "Error" not in error.message
        )
        return error.code if inside and good else f"bad refusal {error.position}+{error.length}: {error.message}"
    except Exception as error:
        return f"EXCEPTION {type(error).__name__}"
    assert isinstance(reading, Reading)
    return "read" if isinstance(reading.latex, str) else "bad reading"


def printable(text: str) -> str:
    return "".join(c if c.isprintable() and unicodedata.category(c) != "Cs" else "·" for c in text)[:80]


def main(count: int, seed: int) -> int:
    outcomes: Counter[str] = Counter()
    slowest, worst, defects = 0.0, "", 0
    for _, text in zip(range(count), texts(seed), strict=False):
        start = process_time()
        result = outcome(text)
        spent = process_time() - start
        if spent > slowest:
            slowest, worst = spent, text
        outcomes[result.split(" ")[0]] += 1
        if " " in result and defects < 20:
            defects += 1
            print(result, ascii(text[:200]))
    print(f"{count} texts: {dict(outcomes)}")
    print(f"exceptions and bad answers: {defects}")
    print(f"slowest: {1000 * slowest:.1f} ms, {len(worst)} characters: {printable(worst)}")
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
