"""How the models that Changji ships were made; nothing here is needed to use it."""
