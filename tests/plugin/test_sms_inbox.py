"""The fixture `sms_inbox`: what the caller has sent on the item's calls."""

from __future__ import annotations


def script(action):
    return {"conditional_actions": {"role": "you", "first_message": action, "conditions": []}}


def test_it_has_the_text_messages_of_the_call(suite, scenario):
    action = 'What are your hours? <send_sms text="My code is 5"/><endcall/>'
    suite.file("desk.scenario.yaml", scenario("hours", **script(action)))
    suite.text(
        "test_it.py",
        "import pytest\n"
        "@pytest.mark.scenario('desk.scenario.yaml')\n"
        "def test_it(call, sms_inbox):\n"
        "    assert sms_inbox == ['My code is 5'] and sms_inbox[0] in repr(sms_inbox) and len(sms_inbox) == 1\n",
    )
    suite.run("test_it.py").assert_outcomes(passed=1)


def test_it_fills_up_from_call_to_call(suite, scenario):
    action = 'What are your hours? <send_sms text="{{test_profile.code}}"/><endcall/>'
    suite.file("desk.scenario.yaml", scenario("hours", **script(action)))
    suite.text(
        "test_it.py",
        "def test_it(simulate, sms_inbox):\n"
        "    seen = []\n"
        "    for code in ('1', '2'):\n"
        "        simulate('desk.scenario.yaml', test_profile={'code': code})\n"
        "        seen.append(list(sms_inbox))\n"
        "    assert seen == [['1'], ['1', '2']]\n",
    )
    suite.run("test_it.py").assert_outcomes(passed=1)


def test_a_webhook_that_is_none_is_told_at_the_item(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text("conftest.py", "")
    result = suite.run("--agentsim-text-url=ws://127.0.0.1:9", "--agentsim-sms-webhook=x.test")
    result.stdout.fnmatch_lines(["*sms_webhook must be an http:// or https:// address*"])
