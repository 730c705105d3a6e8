"""`--agentsim-live`: the calls as they happen, one after the other."""

from __future__ import annotations


def test_each_call_is_shown_from_its_title_to_its_end(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    result = suite.run("--agentsim-live")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "hours (text, normal, seed *)",
            "*s  caller  What are your hours?",
            "*s   agent  We are open from nine to five.",
            "*followup, a trigger holds from *",
            "*s          completed: *",
            "holidays (text, normal, seed *)",
        ],
        consecutive=False,
    )


def test_without_it_nothing_is_shown_of_a_call_that_passes(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run().stdout.no_fnmatch_line("*caller  What are your hours?*")


def test_calls_of_a_python_test_are_shown_too(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text("test_it.py", "def test_it(simulate):\n    simulate('desk.scenario.yaml')\n")
    suite.run("test_it.py", "--agentsim-live").stdout.fnmatch_lines(["*s  caller  What are your hours?"])
