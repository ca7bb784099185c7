"""How we are told: the webhook server."""
