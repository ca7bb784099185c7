"""How we ask: the Voice API over HTTP, with tokens, pacing and typed errors."""
