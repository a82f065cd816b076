-- Supervisors ask for a contract by its number, which is made from the preservation number: one
-- number is one contract.
create unique index loan_case_contract on loan_case (tenant, contract_number);
