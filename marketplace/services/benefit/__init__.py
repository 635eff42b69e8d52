"""The verbs of a benefit: agreed on before, claimed, attested, verified, found false, and summed once."""
