# SPDX-License-Identifier: Apache-2.0
"""The list of cases, filled by the modules that import this one."""


class Case:
    """A named comparison; a control has only peers in it, and shows that what we compare with is as we think."""

    def __init__(self, name, function, arguments, is_control):
        self.name, self.function, self.arguments, self.is_control = name, function, arguments, is_control

    def run(self, place):
        self.function(place, *self.arguments)


ALL = []


def case(name, *variants, is_control=False):
    """Registers a function; once for each tuple of arguments, which `{}` in the name shows."""

    def register(function):
        for arguments in variants or [()]:
            ALL.append(Case(name.format(*arguments), function, arguments, is_control))
        return function

    return register


def control(name, *variants):
    return case(name, *variants, is_control=True)
