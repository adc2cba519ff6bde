"""The agreement for programs: an ODRL 2.2 Agreement in JSON-LD with its context inside.

Terms of our own stand under one profile. ODRL leaves open how rules in conflict are settled, so the
policy says that a prohibition wins (`conflict: prohibit`). The signed text is the contract; this
is its copy.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

PROFILE = "urn:muniment:odrl:1"
CONTEXT: dict[str, Any] = {
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "mu": f"{PROFILE}:",
    "uid": "@id",
    "type": "@type",
    **{name: {"@id": f"odrl:{name}"} for name in
       ("permission", "prohibition", "obligation", "constraint", "rightOperand", "function")},
    **{name: {"@id": f"odrl:{name}", "@type": "@id"} for name in
       ("assigner", "assignee", "target", "action", "leftOperand", "operator", "profile",
        "conflict")},
    "name": "dcterms:title",
    "clause": "mu:clause",
    "textSha256": "mu:textSha256",
    "termsSha256": "mu:termsSha256",
}  # fmt: skip
PROHIBITED = {
    "no-recognition": "mu:recognize",
    "no-practice-recognition": "mu:recognizePractice",
    "no-linkage": "mu:link",
    "no-redistribution": "odrl:distribute",
    "ai-tools": "mu:useInPublicAiTool",
    "small-cells": "mu:publishSmallCells",
    "embargo": "mu:publishBeforeEmbargo",
    "moratorium": "mu:publishBeforeMoratorium",
}
OWED = {
    "fees": "odrl:compensate",
    "acknowledgement": "odrl:attribute",
    "attribution": "odrl:attribute",
    "breach": "odrl:inform",
    "close-out": "odrl:delete",
    "close-out-click": "odrl:delete",
    "report-outputs": "mu:reportOutputs",
    "publication": "mu:publishResults",
    "manuscript": "odrl:reviewPolicy",
    "staff-change": "mu:tellOfChange",
    "safety": "mu:tellSafetyFindings",
    "ethics": "mu:keepEthicsApproval",
    "security": "mu:secure",
    "security-click": "mu:secure",
    "training": "mu:keepTraining",
    "return-results": "mu:returnResults",
    "register": "mu:agreeToRegister",
}
"""Clause of the library to the action that it forbids or asks for; the rest stand as clauses."""


def copied(document: Mapping[str, Any]) -> bytes:
    """RFC 8785 bytes of the machine copy."""
    return rfc8785.dumps(policy(document))


def sha256(document: Mapping[str, Any]) -> str:
    """Hash of the machine copy, in hex; the text of the agreement quotes it."""
    return hashlib.sha256(copied(document)).hexdigest()


def policy(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same as plain JSON."""
    name = f"{document['reference']}:{document['kind']}:{document['version']}"
    permission: dict[str, Any] = {"action": "odrl:use", "constraint": _constraints(document)}
    if any(each["id"] == "linkage" for each in document["clauses"]):
        permission["mu:linkage"] = True
    return {
        "@context": CONTEXT,
        "type": "odrl:Agreement",
        "uid": f"urn:muniment:agreement:{name}",
        "profile": PROFILE,
        "conflict": "odrl:prohibit",
        "assigner": {"type": "odrl:Party", "name": document["programme"]},
        "assignee": {"type": "odrl:Party", "name": document["institution"]},
        "target": [
            {"type": "odrl:Asset", "name": each["title"],
             "uid": f"urn:muniment:dataset:{each['slug']}:{each['edition']}"}
            for each in document["data"]
        ],
        "permission": [permission],
        "prohibition": _rules(document, PROHIBITED),
        "obligation": _rules(document, OWED),
        "termsSha256": document["terms_sha256"],
        "mu:clauses": [_clause(each) for each in document["clauses"]],
        **_under(document),
    }  # fmt: skip


def _under(document: Mapping[str, Any]) -> dict[str, Any]:
    """The master agreement of a project annex, what stands in it alone, and which prevails."""
    master = document.get("master")
    if not master:
        return {}
    day = {"@type": "xsd:date"}
    told = {
        "name": master["number"],
        "mu:signedOn": {**day, "@value": master["signed_on"]},
        "mu:sha256": master["sha256"],
        "mu:covers": [{"clause": each["id"], "name": each["title"]} for each in master["covers"]],
    }
    for each in master.get("prevails", ()):
        told["mu:prevails"] = {"@id": f"mu:{each['which']}", "clause": each["clause"]}
    if master["ends_on"]:
        told["mu:endsOn"] = {**day, "@value": master["ends_on"]}
    return {"mu:masterAgreement": told}


def _constraints(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    day = {"@type": "xsd:date"}
    return [
        {"leftOperand": "odrl:purpose", "operator": "odrl:eq",
         "rightOperand": document["reference"]},
        {"leftOperand": "odrl:dateTime", "operator": "odrl:gteq",
         "rightOperand": {**day, "@value": document["starts_on"]}},
        {"leftOperand": "odrl:dateTime", "operator": "odrl:lteq",
         "rightOperand": {**day, "@value": document["ends_on"]}},
    ]  # fmt: skip


def _rules(document: Mapping[str, Any], actions: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"action": actions[each["id"]], "clause": each["id"]}
        for each in document["clauses"]
        if each["id"] in actions
    ]


def _clause(each: Mapping[str, Any]) -> dict[str, Any]:
    digest = hashlib.sha256(each["text"].encode()).hexdigest()
    return {"clause": each["id"], "name": each["title"], "textSha256": digest}
