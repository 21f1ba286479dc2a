"""What a column can mean: the concepts, roles, address meanings, rules and classes that a contract may name.

Here belongs: the closed vocabulary of the contracts, each word with its meaning. A contract that uses another word is
refused when it is read. How a rule is checked lives in orchestration.deliveries; what a concept becomes lives in dbt.
"""

from __future__ import annotations

PERSON_ROLES = frozenset({"subject", "owner", "landlord", "legal_representative"})
SUBJECT_ONLY = frozenset({"subject"})

ROLES: dict[str, str] = {
    "subject": "the person, household or dwelling that the row is about (a rental contract's subject is the tenant)",
    "owner": "the owner of the property (产权人)",
    "landlord": "the person who lets the dwelling (出租人)",
    "legal_representative": "the legal representative of the enterprise (法定代表人)",
}

CONCEPTS: dict[str, str] = {
    "person.identity_number": "citizen identity number (公民身份号码), GB 11643, 18 or 15 characters",
    "person.name": "name (姓名)",
    "person.sex": "sex (性别)",
    "person.birth_date": "birth date (出生日期)",
    "person.phone": "the person's own telephone (联系电话)",
    "person.guardian_phone": "telephone of a minor's guardian (监护人电话), never evidence of the minor's own",
    "person.ethnicity": "ethnicity (民族), GB/T 3304",
    "person.marital_status": "marital status (婚姻状况), GB/T 2261.2",
    "person.education": "education (文化程度), GB/T 4658",
    "person.registered_area_code": "county of the household registration (户籍地区划), GB/T 2260",
    "household.number": "number of the registered household (户号)",
    "household.relation_to_head": "relation to the head of the household (与户主关系), GB/T 4761",
    "dwelling.address": "an address as text (地址), with the meaning that the contract states",
    "dwelling.address_code": "code of a dwelling in the address register (地址编码)",
    "dwelling.house_code": "code of a house in the housing register (房屋编码)",
    "grid.code": "code of a grid (网格编码)",
    "residence.lives_here": "whether the person lives in the dwelling named (是否在此居住)",
    "residence.operation": "what a change record does to the stay (操作): I new, U changed, D ended",
}

ADDRESS_MEANINGS: dict[str, str] = {
    "residence": "where the person lives (居住地址)",
    "registration": "where the person is registered (户籍地址)",
    "property": "where the property lies (坐落)",
    "premises": "where the enterprise works (经营场所)",
    "incident": "where it happened (事发地址)",
}

RULES: dict[str, frozenset[str]] = {
    "identity_number": frozenset(),
    "credit_code": frozenset(),
    "phone": frozenset(),
    "not_in_future": frozenset(),
    "range": frozenset({"minimum", "maximum"}),
    "pattern": frozenset({"regex"}),
}
"""Each quality rule with the arguments that it takes."""

STATUSES: dict[str, str] = {
    "draft": "drafted and used, with placeholders that wait for review (草案)",
    "active": "reviewed and agreed (现行)",
}
PLACEHOLDER = "REVIEW"
"""The word that begins what a draft could not know, e.g. a legal basis."""

LOGICAL_TYPES = frozenset({"string", "date", "timestamp", "number", "integer", "boolean"})
KINDS = frozenset({"full", "change"})
CADENCES: dict[str, str] = {"daily": "每日", "weekly": "每周", "monthly": "每月", "once": "不定期"}
CADENCE_DAYS: dict[str, int] = {"daily": 1, "weekly": 7, "monthly": 28, "once": 0}

SERVICE_LEVELS: dict[str, str] = {
    "frequency": "so long a time brings at least one delivery (更新频率); of changes, the longest silence to expect",
    "latency": "so long a delivery may take after the day that it describes (时延), before it is late",
}
"""The properties of ODCS's slaProperties that a contract may promise."""
DAYS_IN: dict[str, int] = {"d": 1, "m": 28, "y": 365}
"""Units of service levels; a month is the shortest one, so that every month expects its delivery."""
FORMATS = frozenset({"csv", "jsonl", "xlsx", "geojson", "parquet"})

CLASSIFICATIONS: dict[str, str] = {
    "public": "may be known to anybody (公开)",
    "internal": "for government work (内部)",
    "personal": "about an identified person (个人信息)",
    "sensitive": "sensitive personal information (敏感个人信息), 个人信息保护法 第二十八条",
}

SHARING_CLASSES: dict[str, str] = {
    "unconditional": "无条件共享",
    "conditional": "有条件共享",
    "not_shared": "不予共享",
}
"""Sharing classes of 政务数据共享条例, least restrictive first."""

OPENNESS: dict[str, str] = {"open": "无条件开放", "conditional": "有条件开放", "closed": "不予开放"}


def roles_of(concept: str) -> frozenset[str]:
    """The roles in which a concept may stand: people are named in several roles, everything else is the row's own."""
    return PERSON_ROLES if concept.startswith("person.") else SUBJECT_ONLY
