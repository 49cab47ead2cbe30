"""Benchmarks: speed, memory, disk and retrieval quality, beside stock LlamaIndex, LangChain and txtai in one run."""
