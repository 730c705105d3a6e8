"""Behavioural scenarios without a language model: the steps of their instructions as triggers and actions."""
