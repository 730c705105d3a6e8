"""Readers of public dialogue corpora, and the making of cases for the matcher from what they say an agent does."""
