"""The figures of the union's work: rates, targets against actuals, cross-tables, for pages, programs and reports."""
