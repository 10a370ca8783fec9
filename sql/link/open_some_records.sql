-- Purpose: the same as open_records.sql for the records of $1 (uuid[], no key twice), in binary.
-- Grain: one row a patient_key, sealed identity and GP practice; a record's rows together, what was seen last comes last.
-- Inputs: linkage.record.
select r.patient_key,
       min(r.feed),
       min(r.sender),
       min(r.period) - date '1970-01-01' as first_period,
       r.gp_practice,
       r.identity
  from unnest($1::uuid[]) as wanted (patient_key)
  join linkage.record as r on r.patient_key = wanted.patient_key
 group by r.patient_key, r.gp_practice, r.identity
 order by r.patient_key, max(array[r.period - date '1970-01-01', r.delivery_id, r.place]::bigint[]), r.gp_practice, r.identity
