"""What Tocsin says: messages, topics, schemas. Needs pydantic and nothing else."""
