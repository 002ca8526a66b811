"""Rules: files of SPARQL with a header, run in stages over two graphs."""
