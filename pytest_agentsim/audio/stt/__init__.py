"""Recognition of what the agent under test says: engines, and the processes they work in."""
