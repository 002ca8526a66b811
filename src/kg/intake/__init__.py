"""Reading what people hand in: RDF, JSON-LD, spreadsheets and registers, with places."""
