"""Honest edges: where a function has no value, no derivative, or second derivatives that do not agree."""

from core.edges.branches import undecided_still
from core.edges.find import find
from core.edges.finding import Finding
from core.edges.locus import Locus, crossing, located, loci, samples, solved
from core.edges.window import inside, remark

__all__ = [
    "Finding",
    "Locus",
    "crossing",
    "find",
    "inside",
    "located",
    "loci",
    "remark",
    "samples",
    "solved",
    "undecided_still",
]
