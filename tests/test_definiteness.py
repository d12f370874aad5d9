"""A sign that is claimed is the sign; what is claimed of an interval holds for every matrix in it."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import definiteness
from core.definiteness import Inertia, Kind, by_eigenvalues, certified, certified_all, midpoint, product

ENTRIES = st.integers(-4, 4)


def symmetric(n):
    return (
        st.lists(ENTRIES, min_size=n * n, max_size=n * n)
        .map(lambda a: np.tril(np.reshape(a, (n, n))))
        .map(lambda L: (L + np.tril(L, -1).T).astype(float))
    )


MATRICES = st.integers(1, 4).flatmap(symmetric)


def true_inertia(H):
    """Exactly: the characteristic polynomial has only real roots, so Descartes' rule counts their signs."""
    n = len(H)
    A = [[Fraction(float(v)) for v in row] for row in H]
    coefficients, M = [Fraction(1)], [[Fraction(0)] * n for _ in range(n)]
    for k in range(1, n + 1):  # Faddeev and LeVerrier
        M = [
            [sum(A[i][m] * M[m][j] for m in range(n)) + (coefficients[-1] if i == j else 0) for j in range(n)]
            for i in range(n)
        ]
        coefficients.append(-sum(A[i][j] * M[j][i] for i in range(n) for j in range(n)) / k)
    zero = next((i for i, c in enumerate(reversed(coefficients)) if c), n)
    signs = [c > 0 for c in coefficients if c]
    positive = sum(a != b for a, b in pairwise(signs))
    return Inertia(n, positive, n - positive - zero, zero)


def contradicts(claimed, truth):
    return claimed.positive > truth.positive or claimed.negative > truth.negative


@given(MATRICES)
def test_no_claim_about_a_matrix_contradicts_its_exact_inertia(H):
    claimed = certified(H, H, np.linalg.eigh(H)[1])
    assert not contradicts(claimed, true_inertia(H))
    if true_inertia(H).zero == 0:
        assert claimed.kind is true_inertia(H).kind


@given(MATRICES, st.integers(0, 10_000))
def test_a_bad_choice_of_directions_proves_less_but_nothing_wrong(H, seed):
    V = np.random.default_rng(seed).integers(-2, 3, H.shape).astype(float)
    assert not contradicts(certified(H, H, V), true_inertia(H))


@given(MATRICES, st.floats(0, 3), st.integers(0, 10_000))
def test_a_claim_about_an_interval_holds_for_the_matrices_in_it(H, radius, seed):
    claimed = certified(H - radius, H + radius, np.linalg.eigh(H)[1])
    rng = np.random.default_rng(seed)
    for _ in range(5):
        corner = H + rng.choice([-radius, 0.0, radius], H.shape)
        assert not contradicts(claimed, true_inertia(np.tril(corner) + np.tril(corner, -1).T))


@pytest.mark.parametrize("exponent", [1, 8, 15, 16, 17, 30, 300])
def test_next_to_singular_is_claimed_only_on_the_right_side(exponent):
    e = 10.0**-exponent
    for H in ([[1, 1], [1, 1 + e]], [[1, 1], [1, 1 - e]], [[1, 0], [0, e]], [[e, 1], [1, e]], [[1e9, 1], [1, 1e-9]]):
        H = np.array(H)
        assert not contradicts(certified(H, H, np.linalg.eigh(H)[1]), true_inertia(H))


def test_both_signs_are_a_saddle_even_beside_a_zero():
    H = np.diag([1.0, -1.0, 0.0])
    assert certified(H, H, np.eye(3)).kind is Kind.SADDLE
    assert certified(np.diag([1.0, 0.0]), np.diag([1.0, 0.0]), np.eye(2)).kind is Kind.INCONCLUSIVE


def test_unknown_bounds_prove_nothing():
    H = np.array([[np.nan, 0.0], [0.0, 1.0]])
    assert certified(H, H, np.eye(2)).kind is Kind.INCONCLUSIVE
    assert certified(np.full((2, 2), -np.inf), np.full((2, 2), np.inf), np.eye(2)) == Inertia(2)
    assert certified(np.eye(2), np.eye(2), np.full((2, 2), np.nan)) == Inertia(2)


def test_many_at_once_are_what_they_are_one_by_one():
    rng = np.random.default_rng(3)
    H = rng.normal(size=(3, 3, 50))
    H += H.swapaxes(0, 1)
    V = np.moveaxis(np.linalg.eigh(np.moveaxis(H, -1, 0))[1], 0, -1)
    one_by_one = [certified(H[..., i], H[..., i], V[..., i]) for i in range(50)]
    assert certified_all(H, H, V) == one_by_one
    assert all(i.kind is by_eigenvalues(H[..., k]).kind for k, i in enumerate(one_by_one))


def escapes(multiply, seed):
    """How many exact products of matrices near A and B lie outside what `multiply` says; sizes from 1e-160 to 1e160."""
    rng = np.random.default_rng(seed)
    count = 0
    for _ in range(150):
        n, size = rng.integers(1, 5), 10.0 ** rng.integers(-160, 161)
        A, B = rng.normal(size=(n, n)) * size, rng.normal(size=(n, n)) / size
        a, b = np.abs(A) * rng.choice([0.0, 1e-17, 1e-3]), np.abs(B) * rng.choice([0.0, 1e-17, 1e-3])
        C, c = multiply(A, a, B, b)
        near_A, near_B = (exact(X, x, rng) for X, x in ((A, a), (B, b)))
        true = [[sum(near_A[i][k] * near_B[k][j] for k in range(n)) for j in range(n)] for i in range(n)]
        count += sum(
            abs(true[i][j] - Fraction(float(C[i, j]))) > Fraction(float(c[i, j])) for i in range(n) for j in range(n)
        )
    return count


def exact(X, x, rng):
    """A matrix at the far ends of the radius."""
    signs = rng.choice([-1, 0, 1], X.shape)
    return [
        [Fraction(float(X[i, j])) + int(signs[i, j]) * Fraction(float(x[i, j])) for j in range(len(X))]
        for i in range(len(X))
    ]


def test_the_radius_of_a_product_reaches_every_exact_product():
    assert escapes(product, 1) == 0


def test_that_guard_sees_a_forgotten_rounding_and_a_forgotten_radius():
    def rounded(A, a, B, b):
        C, c = product(A, a, B, b)
        return C, c - 5 * definiteness.ULP * (np.abs(A) @ np.abs(B))

    def one_sided(A, a, B, b):
        return product(A, a, B, np.zeros_like(b))

    assert escapes(rounded, 1) > 50
    assert escapes(one_sided, 1) > 50


@given(st.floats(-1e308, 1e308), st.floats(0, 1e300))
def test_midpoint_and_radius_reach_both_ends(low, width):
    high = low + width
    centre, radius = midpoint(np.array([low]), np.array([high]))
    c, r = Fraction(float(centre[0])), Fraction(float(radius[0]))
    assert c - r <= Fraction(low) and Fraction(high) <= c + r


@settings(max_examples=30)
@given(MATRICES)
def test_float_eigenvalues_agree_with_exact_signs_on_small_integers(H):
    assert by_eigenvalues(H) == true_inertia(H)


def test_kinds_follow_from_counts():
    assert Inertia(2, 2, 0).kind is Kind.MINIMUM
    assert Inertia(2, 0, 2).kind is Kind.MAXIMUM
    assert Inertia(3, 1, 1).kind is Kind.SADDLE
    assert Inertia(2, 1, 0, 1).kind is Kind.INCONCLUSIVE
    assert Inertia(2).kind is Kind.INCONCLUSIVE
