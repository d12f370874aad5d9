"""What can be missing at a place, in words.

edge               the domain ends here
pole               f grows without bound
hole               f has no value here, though it has nearly everywhere around
jump               f has a value but is not continuous
kink, cone tip     f is continuous, its slope is not: across a curve, or around a point
vertical tangent   the slope grows without bound
curvature jump     the slope is continuous, the second derivative is not
failed symmetry    the two mixed second derivatives exist and differ
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from core.edges.locus import Locus

Kind = Literal[
    "edge",
    "pole",
    "hole",
    "jump",
    "kink",
    "cone tip",
    "vertical tangent",
    "curvature jump",
    "failed symmetry",
]
Evidence = Literal["exact", "numerical", "undecided"]

UNDEFINED: Final = ("edge", "pole", "hole")  # kinds at which f has, or may have, no value
NOT_CONTINUOUS: Final = ("pole", "hole", "jump")
NOT_DIFFERENTIABLE: Final = ("kink", "cone tip", "vertical tangent")


@dataclass(frozen=True)
class Finding:
    """One thing that is missing: what, where, a sentence for a student, and how surely it is known.

    `fillable`: f has a limit at this hole.
    """

    kind: Kind
    locus: Locus
    sentence: str
    evidence: Evidence
    fillable: bool = False

    @property
    def reason(self) -> str:
        """The kind in a few words, for a list.

        >>> import sympy
        >>> Finding("kink", Locus((sympy.Dummy(),)), "", "exact").reason
        'not differentiable: kink'
        """
        if self.evidence == "undecided":
            return "not defined" if self.kind in UNDEFINED else "perhaps not differentiable: not decided"
        doubt = "" if self.evidence == "exact" else " (numerical)"
        return f"{_REASON[self.kind]}{doubt}"


_REASON: Final[dict[Kind, str]] = {
    "edge": "edge of the domain",
    "pole": "not defined: pole",
    "hole": "not defined: hole",
    "jump": "not continuous: jump",
    "kink": "not differentiable: kink",
    "cone tip": "not differentiable: cone tip",
    "vertical tangent": "not differentiable: vertical tangent",
    "curvature jump": "not twice differentiable: the second derivative jumps",
    "failed symmetry": "second derivatives not symmetric",
}
