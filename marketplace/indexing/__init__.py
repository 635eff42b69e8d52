"""Turn aggregates into search documents, keep the index equal to the database, and match what is in it."""
