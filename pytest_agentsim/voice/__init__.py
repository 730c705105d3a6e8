"""Voice calls: a line that runs in real time, and the conversation that is held over it."""
