"""[7] The figures of a loan are one set of figures, and a table of payments adds up."""

import re

from .papers_say import party, said, text

TERMS = """
amountFen annualRatePercent months method monthlyRatePercent overduePercent overdueMarkup
misusePercent misuseMarkup repaymentDay firstPeriod purpose fees
""".split()
RESULTS = """
regularPaymentFen lastPaymentFen totalInterestFen totalPaymentFen irrPercent
""".split()
ROW = ("number", "paymentFen", "principalFen", "interestFen", "balanceFen")
WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")


def judge_figures(facts, documents, findings):
    loans = [(document, party(document, "loan")) for document in documents]
    loans = [(document, loan) for document, loan in loans if loan is not None]
    by_days = any(loan.get("firstPeriod") == "ACTUAL_DAYS" for _, loan in loans)
    heard = {}
    for document, loan in loans:
        day = text(loan, "disbursedOn") if by_days else None
        told = {name: loan[name] for name in TERMS if name in loan}
        told |= {(name, day): loan[name] for name in RESULTS if name in loan}
        rows = rows_of(loan)
        if rows:
            told[("plan", day)] = [[row.get(name) for name in ROW] for row in rows]
        for name, value in told.items():
            if heard.setdefault(name, value) != value:
                findings.flaw("paper_differs", document.part, f"{name} is another before")
        if rows and (wrong := wrong_sum(loan, rows)):
            findings.flaw("paper_differs", document.part, f"{wrong} does not add up")
    judge_claims(facts, documents, findings)


def rows_of(loan):
    plan = loan.get("plan")
    return [row if isinstance(row, dict) else {} for row in plan] if isinstance(plan, list) else []


def whole(value):
    """A sum in fen; what is no whole number says nothing."""
    if type(value) is int:
        return value
    return int(value) if isinstance(value, str) and WHOLE.fullmatch(value) else None


def wrong_sum(loan, rows):
    """Which figure of a paper is not what its table makes."""
    owed, paid, earned = whole(loan.get("amountFen")), 0, 0
    balances = [whole(row.get("balanceFen")) for row in rows]
    for row, balance in zip(rows, balances, strict=True):
        payment, principal, interest = (whole(row.get(name)) for name in ROW[1:4])
        if None in (payment, principal, interest):
            return None
        if payment != principal + interest:
            return "plan"
        paid, earned = paid + payment, earned + interest
        if owed is not None and balance is not None:
            owed -= principal
            if balance != owed:
                return "plan"
    if owed is not None and None not in balances and owed != 0:
        return "plan"
    made = {
        "totalPaymentFen": paid,
        "totalInterestFen": earned,
        "lastPaymentFen": whole(rows[-1].get("paymentFen")),
        "regularPaymentFen": whole(rows[0].get("paymentFen")),
        "months": len(rows),
    }
    for name, own in made.items():
        if whole(loan.get(name)) not in (None, own):
            return name
    return None


def judge_claims(facts, documents, findings):
    """What the house says that it may claim, it claims from this contract and of this sum."""
    own = {
        "contractNumber": first(said(document).get("contractNumber") for document in documents),
        "amountFen": first((party(document, "loan") or {}).get("amountFen") for document in documents),
        "holder": facts[0].opened.get("institution") if facts and facts[0].seq == 0 else None,
    }
    for fact in facts:
        if fact.type != "right.created":
            continue
        for name, wanted in own.items():
            if wanted is not None and fact.opened.get(name, wanted) != wanted:
                findings.flaw("paper_differs", fact.part, f"{name} is not that of the contract")


def first(values):
    return next((value for value in values if value is not None), None)
