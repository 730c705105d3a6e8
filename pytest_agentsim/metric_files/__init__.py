"""Metrics of the hosted platforms in files: instructions for a judge, and Python that reads a call's data."""
