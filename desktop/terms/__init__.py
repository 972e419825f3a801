"""What AI may do with a work: one vocabulary of our own; others are written from it."""
