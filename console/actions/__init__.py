"""What a person can do: one registry of keys, words, targets and proofs."""
