# SPDX-License-Identifier: Apache-2.0
"""What a case finds wrong."""


class Difference(Exception):
    """Something is not as it must be."""


def expect(got, wanted, what):
    """Both must be equal."""
    if got != wanted:
        raise Difference(f"{what}: {got!r} instead of {wanted!r}")


def require(condition, what):
    """The condition must hold."""
    if not condition:
        raise Difference(what)
