"""Questions in, cited answers out: retrieval, answering, citing, verifying and refusing."""
