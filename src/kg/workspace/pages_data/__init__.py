"""What the pages of the service show, computed where the graphs are.

Each task (``tasks``) runs in a query worker on the generation in force, gets JSON and gives JSON:
names with their language, sentences in the reader's language, never markup but the one drawing.
``look`` is what all start from; ``listing``, ``explained``, ``grid``, ``asked``, ``nodes`` and
``terms`` make one kind of page each; ``cards`` and ``told`` are the pieces they share.
"""
