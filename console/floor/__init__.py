"""What is going on now: a fold over the records of the journal. Pure."""
