"""Acme Clinic: a small rule-based agent, the one that the example suite calls.

It stands for somebody's own agent and knows nothing of the tests: `dialogue` and `billing` decide what to
say, `server` carries it over the X-RUBRIC text protocol. Run it from the directory that holds the package::

    ACME_SECRET=acme-secret python -m acme_clinic --port 8765
"""
