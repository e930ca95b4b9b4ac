"""A language model behind any OpenAI-compatible address, as a second opinion on what was typed. Off by default."""
