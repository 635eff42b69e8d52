"""Reports of the ledger: tables made by definition, printed, frozen with a hash; and what of it everybody may see."""
