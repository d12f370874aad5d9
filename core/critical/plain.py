"""Expressions of ours as a person writes them in one line of plain text: x**2*y is x²y."""

from __future__ import annotations

import re

_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(k: int | str) -> str:
    """A whole exponent in small digits.

    >>> raised(12)
    '¹²'
    """
    return str(k).translate(_DIGITS)


def plain(text: str) -> str:
    """Text that SymPy reads, as plain text.

    >>> plain("x**2*Abs(x) + 2*x*y - 5*pi"), plain("sin(x)*sqrt(2)/2"), plain("(x - 1)**3*y")
    ('x²|x| + 2xy − 5π', 'sin(x)√2/2', '(x − 1)³y')
    """
    text = re.sub(r"\*\*(\d+)", lambda power: raised(power[1]), text).replace("**", "^")
    text = re.sub(r"Abs\(([^()]*)\)", r"|\1|", re.sub(r"sqrt\((\w+)\)", r"√\1", text))
    text = re.sub(r"\bpi\b", "π", text).replace("sqrt", "√")
    text = re.sub(r"(?<=[\d⁰¹²³⁴⁵⁶⁷⁸⁹)])\*(?=[A-Za-zπ√|(]\b|[|(])|(?<=\b[a-z])\*(?=[a-z]\b|\|)", "", text)
    text = re.sub(r"(?<=\d)\*(?=[a-zπ√(|])", "", text)
    return text.replace("*", "·").replace("-", "−")
