# Does the agent read the confirmation number back after it has cancelled?
import json
import re

calls = [e for e in data["transcript_json"] if e["role"] == "Function Call"]
results = {
    e["data"]["id"]: json.loads(e["data"]["result"])
    for e in data["transcript_json"]
    if e["role"] == "Function Call Result"
}

_extra = {"calls": len(calls)}


def spoken(number):
    said = " ".join(e["content"] for e in data["transcript_json"] if e["role"] == "Main Agent")
    return re.sub(r"\W", "", number) in re.sub(r"\W", "", said)


cancelled = [c for c in calls if c["data"]["name"] == "cancel_appointment"]
if not cancelled:
    _result = None
    _explanation = "Skipped: nothing was cancelled."
else:
    number = results[cancelled[0]["data"]["id"]]["confirmation"]
    _result = spoken(number)
    _explanation = f"Confirmation {number} was {'read back' if _result else 'not read back'}."
