"""What a decision tells."""

from __future__ import annotations

import json

from pytest_agentsim.caller.matcher import Candidate, MatchDecision

DECISION = MatchDecision(
    (
        Candidate(3, "a", 0.2, False, "no"),
        Candidate(1, "b", 0.9, True, "yes"),
        Candidate(2, "c", 0.9, True, "yes"),
    ),
    0.5,
)


def test_the_conditions_that_hold_come_in_script_order():
    assert DECISION.holding == (1, 2)


def test_the_nearest_come_best_first_and_equals_in_script_order():
    assert [each.condition_id for each in DECISION.nearest(2)] == [1, 2]
    assert [each.condition_id for each in DECISION.nearest()] == [1, 2, 3]
    assert DECISION.nearest(0) == ()


def test_a_decision_goes_through_json():
    document = json.loads(json.dumps(DECISION.to_json()))
    assert document["holding"] == [1, 2]
    assert document["threshold"] == 0.5
    assert document["candidates"][0] == {
        "condition_id": 3,
        "trigger": "a",
        "score": 0.2,
        "holds": False,
        "reason": "no",
    }
