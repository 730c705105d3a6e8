from datetime import datetime

latency = data.get("Average Latency (in ms)")
started = datetime.fromisoformat(data["timestamp"])
if latency is None:
    _result = None
    _explanation = "No latency."
    return

slow = [e["start_time"] for e in data["latency_data"] if e["latency"] > 2000]
_result = round(latency)
_explanation = [f"{len(slow)} slow answers on {started:%Y-%m-%d}", f"Duration: {data['call_duration']:.1f}s"]
