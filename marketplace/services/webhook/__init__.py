"""Events sent to the programs of people: registered, signed, delivered by the worker, tried again and replayed."""
