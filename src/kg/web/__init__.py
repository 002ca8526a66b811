"""The service: a gateway that never parses RDF, in front of one writer and many limited readers.

SPARQL 1.1 Protocol, Service Description and Graph Store Protocol; resources with a page and data
of their own; the API under ``/v1`` and the pages.
"""
