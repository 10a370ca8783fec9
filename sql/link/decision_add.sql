-- Purpose: writes what a steward decided of two records.
-- Grain: one row: the decision's number. Inputs: patient keys, same, who, why.
insert into linkage.decision (left_key, right_key, same, decided_by, reason)
values ($1::uuid, $2::uuid, $3::boolean, $4, $5)
returning id
