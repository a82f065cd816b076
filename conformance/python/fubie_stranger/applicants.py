"""Who applied: the entry in which a person commits to what she is known by."""

PERSON_MEMBERS = ("name", "idNumber", "phone", "card")


def application_with(phone, facts):
    """The first application that commits to this telephone."""
    return next(
        (
            fact
            for fact in facts
            if fact.type == "application.received" and phone in fact.entry["_sd"]
        ),
        None,
    )
