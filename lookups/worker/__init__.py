"""The process that works the ledger. Pages never import it; only commands and tests do."""
