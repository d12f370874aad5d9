"""Honest edges: where a function has no value, no derivative, or second derivatives that do not agree."""

from core.edges.find import find
from core.edges.finding import Finding
from core.edges.locus import Locus

__all__ = ["Finding", "Locus", "find"]
