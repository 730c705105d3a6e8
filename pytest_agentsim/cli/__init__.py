"""The `agentsim` command."""
