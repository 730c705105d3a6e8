"""Language models, where a run asks for them: one client for any server that speaks OpenAI's chat interface."""
