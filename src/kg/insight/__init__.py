"""Answers for people: explanation, questions, the matrix, and how each is shown."""
