"""The colours of every figure, in both themes, and the shape and colour of every kind of critical point.

Colour follows the order of the derivative: f is grey on a quiet landscape, first order is ink, second order is
green; what can be held is the accent. The kinds have a shape *and* a colour. The same tokens are in
`static/theme.js`, and a test compares the two.

Heights: cividis hues with the lightness moved out of the way of the marks; low is darker in both themes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Theme:
    """The tokens of one theme."""

    name: str
    bg: str  # page
    bg2: str  # input and badge
    line: str  # hairlines
    ink: str  # text and first order
    ink2: str  # notes
    accent: str  # the ring, the active control
    accent_bg: str
    second: str  # second order
    ochre: str  # momentum and first column
    violet: str  # adaptive and second column
    minus: str  # sign of curvature, of a value: shapes only
    plus: str
    error: str
    error_bg: str
    minimum: str  # fills
    maximum: str
    saddle: str
    minimum_text: str  # the same as words
    maximum_text: str
    saddle_text: str
    outline: str  # around every mark
    heights: tuple[str, ...]  # nine stops, low to high

    def fill(self, kind: str) -> str:
        """The fill of a kind's mark; where the test is silent, the page.

        >>> LIGHT.fill("minimum"), LIGHT.fill("inconclusive")
        ('#0072B2', '#FFFFFF')
        """
        return {"minimum": self.minimum, "maximum": self.maximum, "saddle": self.saddle}.get(kind, self.bg)

    def text(self, kind: str) -> str:
        """The colour of a kind as a word."""
        return {"minimum": self.minimum_text, "maximum": self.maximum_text, "saddle": self.saddle_text}.get(
            kind, self.ink
        )


LIGHT: Final = Theme(
    name="light",
    bg="#FFFFFF",
    bg2="#F6F6F2",
    line="#D9D9D2",
    ink="#1C2127",
    ink2="#555E68",
    accent="#3A49C4",
    accent_bg="#ECEDFA",
    second="#006650",
    ochre="#8A5A00",
    violet="#6A3FB5",
    minus="#2F6FAF",
    plus="#C46A00",
    error="#A3212E",
    error_bg="#FDEFF0",
    minimum="#0072B2",
    maximum="#D55E00",
    saddle="#CC79A7",
    minimum_text="#005C91",
    maximum_text="#A34500",
    saddle_text="#95407A",
    outline="#1C2127",
    heights=(
        *("#A7C0E2", "#ADC6EF", "#C2CCE2", "#D0D3DA", "#DBDAD6"),
        *("#E6E1CE", "#F2E9C0", "#FDF1B0", "#FFFAA0"),
    ),
)

DARK: Final = Theme(
    name="dark",
    bg="#14171C",
    bg2="#1E2229",
    line="#3A414B",
    ink="#ECEFF2",
    ink2="#A9B2BC",
    accent="#AEB6FF",
    accent_bg="#2A2E4A",
    second="#4FD1A8",
    ochre="#E0AE55",
    violet="#BBA0F5",
    minus="#6FB0EA",
    plus="#F2A247",
    error="#FF9AA2",
    error_bg="#3A1E22",
    minimum="#0072B2",
    maximum="#D55E00",
    saddle="#CC79A7",
    minimum_text="#7CC0F0",
    maximum_text="#FFA45C",
    saddle_text="#EBA9CC",
    outline="#F4F6F8",
    heights=(
        *("#061933", "#0E203F", "#212839", "#2E3036", "#393935"),
        *("#454131", "#514A26", "#5D5210", "#685C00"),
    ),
)

THEMES: Final = {theme.name: theme for theme in (LIGHT, DARK)}

GLYPHS: Final = {  # where only text can be drawn
    "minimum": "▼",
    "maximum": "▲",
    "saddle": "✖",
    "inconclusive": "?",
    "unknown": "○",
}
