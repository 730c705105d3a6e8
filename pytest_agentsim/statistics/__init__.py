"""How sure one may be of what was counted or measured in repeated calls: intervals, tests, sequential decisions."""
