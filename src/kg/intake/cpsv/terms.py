"""The terms that catalogues of services use for one thing: versions, profiles and frequent slips.

CPSV-AP 2.2.1, 3.1.1 and 3.2.0; CPOV 2.1.2; the Flemish IPDC-LPDC profile; CPSV-AP-RONL. Terms of
the two namespaces of CPSV-AP are read alike, for many files confuse them.
"""

from __future__ import annotations

from kg.terms import RDF_TYPE, RDFS_LABEL, SAM, SKOS_PREF_LABEL

CV = "http://data.europa.eu/m8g/"
CPSV = "http://purl.org/vocab/cpsv#"
DCT = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
ELI = "http://data.europa.eu/eli/ontology#"
FOAF = "http://xmlns.com/foaf/0.1/"
ORG = "http://www.w3.org/ns/org#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
ADMS = "http://www.w3.org/ns/adms#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
LPDC = "https://productencatalogus.data.vlaanderen.be/ns/ipdc-lpdc#"
BESLUIT = "http://data.vlaanderen.be/ns/besluit#"
PROV = "http://www.w3.org/ns/prov#"
_SCHEMA = ("http://schema.org/", "https://schema.org/")


def core(*names: str) -> tuple[str, ...]:
    """Give terms of CPSV-AP in both of its namespaces.

    >>> core("hasChannel")
    ('http://data.europa.eu/m8g/hasChannel', 'http://purl.org/vocab/cpsv#hasChannel')
    """
    return tuple(space + name for name in names for space in (CV, CPSV))


def schema(*names: str) -> tuple[str, ...]:
    """Give terms of schema.org, which people write with http and with https."""
    return tuple(space + name for name in names for space in _SCHEMA)


SERVICES = frozenset(
    {
        *core("PublicService"),
        *(
            LPDC + name
            for name in (
                "PublicService", "InstancePublicService", "InstancePublicServiceSnapshot",
                "ConceptualPublicService", "ConceptualPublicServiceSnapshot",
            )
        ),
    }
)  # fmt: skip
ORGANISATIONS = frozenset(
    {
        CV + "PublicOrganisation", ORG + "Organization", ORG + "FormalOrganization",
        FOAF + "Organization", BESLUIT + "Bestuurseenheid", *schema("Organization"),
    }
)  # fmt: skip
UNITS = frozenset({ORG + "OrganizationalUnit"})
COLLABORATIONS = frozenset({ORG + "OrganizationalCollaboration"})
GROUPS = frozenset({FOAF + "Group"})
PERSONS = frozenset({FOAF + "Person", "http://www.w3.org/ns/person#Person", *schema("Person")})
AGENTS = frozenset({FOAF + "Agent", DCT + "Agent"})
ACTORS = ORGANISATIONS | UNITS | COLLABORATIONS | GROUPS | PERSONS | AGENTS
EVENTS = {
    CV + "LifeEvent": CV + "LifeEvent",
    CV + "BusinessEvent": CV + "BusinessEvent",
    CV + "Event": CV + "Event",
}
CHANNELS = frozenset(core("Channel"))
LEGAL = frozenset({ELI + "LegalResource", *core("LegalResource", "FormalFramework")})
PARTICIPATIONS = frozenset(core("Participation"))
CONCEPTS = frozenset({SKOS + "Concept"})

NAMES = (RDFS_LABEL, SKOS_PREF_LABEL, DCT + "title", FOAF + "name", *schema("name"),
         CV + "legalName", "http://www.w3.org/ns/regorg#legalName")  # fmt: skip
TITLES = (DCT + "title", RDFS_LABEL, SKOS_PREF_LABEL, *schema("name"))
DESCRIPTION = (DCT + "description",)
AUTHORITY = core("hasCompetentAuthority")
EXECUTING = (LPDC + "hasExecutingAuthority",)
PUBLISHER = (DCT + "publisher", DCT + "creator")
AUDIENCE = (DCT + "audience", LPDC + "targetAudience")
PARTICIPATION = core("hasParticipation")
PARTICIPANT = core("hasParticipant")
PARTICIPATES = core("participates", "playsRole")
ROLE = core("role")
CHANNEL = core("hasChannel")
OWNER = core("ownedBy")
EVENT = core("isGroupedBy")
EVENT_OF = (*core("hasRelatedService"), DCT + "relation")
LEGAL_RESOURCE = core("hasLegalResource", "hasFormalFramework")
LINK = (*schema("url"), DCAT + "accessURL", FOAF + "page", *core("accessURL"))
REQUIRES = (DCT + "requires",)
STARTS = schema("startDate")
ENDS = schema("endDate")
WHOLE = (ORG + "unitOf", ORG + "subOrganizationOf")
PARTS = (ORG + "hasUnit", ORG + "hasSubOrganization")
CHANGES = frozenset({ORG + "ChangeEvent"})
BEFORE = (ORG + "originalOrganization",)
AFTER = (ORG + "resultingOrganization",)
ENDED_BY = (ORG + "changedBy",)
BEGUN_BY = (ORG + "resultedFrom",)
LATER = ("http://www.w3.org/1999/xhtml/vocab#next",)
EARLIER = ("http://www.w3.org/1999/xhtml/vocab#prev",)
PURPOSE = (ORG + "purpose",)
MEMBER = (ORG + "hasMember",)
IDENTIFIER = (DCT + "identifier", ORG + "identifier")
TYPE = (RDF_TYPE,)

AS_IS = {
    **dict.fromkeys(core("isClassifiedBy"), CV + "isClassifiedBy"),
    **dict.fromkeys(core("thematicArea"), CV + "thematicArea"),
    **dict.fromkeys(core("sector"), CV + "sector"),
    **dict.fromkeys(core("relatedService"), CV + "relatedService"),
    DCT + "subject": DCT + "subject",
    DCT + "spatial": DCT + "spatial",
    DCT + "language": DCT + "language",
    DCT + "type": DCT + "type",
    ADMS + "status": ADMS + "status",
}
"""Properties of a service whose value is an IRI, and the name under which it is kept."""
IMPLIED = frozenset({DCT + "Location", DCT + "LinguisticSystem"})
"""Kinds of things that follow from the property that refers to them."""
SITES = frozenset(schema("WebSite"))
KEYWORD = DCAT + "keyword"

CUSTOMER_ROLES = (
    SAM + "Customer", "klant", "afnemer", "ontvanger", "aanvrager", "begunstigde",
    "customer", "consumer", "recipient", "beneficiary", "user", "applicant",
)  # fmt: skip
"""The role IRI we write ourselves, and words that stand in the name or IRI of such a role."""
SUPPLIER_ROLES = (
    SAM + "Supplier", "leverancier", "uitvoerder", "dienstverlener",
    "supplier", "provider", "executing",
)  # fmt: skip
