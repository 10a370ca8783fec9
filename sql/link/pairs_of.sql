-- Purpose: the ends of the pairs of the records of $1 (uuid[], no key twice), in binary.
-- Grain: one row a pair and end of it that is asked for. Inputs: linkage.pair.
select p.left_key, p.right_key
  from unnest($1::uuid[]) as wanted (patient_key)
  join linkage.pair as p on p.left_key = wanted.patient_key
 union all
select p.left_key, p.right_key
  from unnest($1::uuid[]) as wanted (patient_key)
  join linkage.pair as p on p.right_key = wanted.patient_key
