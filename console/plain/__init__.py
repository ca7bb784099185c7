"""The floor as a stream of lines: for screen readers, pipes and slow terminals."""
