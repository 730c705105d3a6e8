# Gated on what another metric found.
from utils import parse_llm_result

intent = data.get("1 - Caller Intent")

if intent is None:
    _result = None
    _explanation = "Skipped: the upstream metric has not run."
elif intent != "cancel":
    _result = None
    _explanation = f"Skipped: the caller wants to {intent}."
else:
    prompt = f"""
Did the agent follow its flow?
{{{{transcript}}}}
Flow: {data.get("agent_description", "")}
Customer: {{{{metadata.customer_id}}}}
Return TRUE | FALSE
"""
    res = evaluate_basic_metric(data, API_KEY, prompt)
    _result, _explanation = parse_llm_result(res, prefix="[Cancel] ")
