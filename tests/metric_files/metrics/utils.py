"""What several metrics share; it sets no result, so it is none."""


def parse_llm_result(res, prefix=""):
    value, explanation = res.get("result"), " ".join(res.get("explanation", []))
    if "VALID_SKIP" in explanation.upper():
        return None, f"{prefix}Skipped: {explanation}"
    return value, f"{prefix}{explanation}"
