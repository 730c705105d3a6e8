"""The simulated caller: what it says, and when."""
