"""What happened: records, kept durably, followed and replayed."""
