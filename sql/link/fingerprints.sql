-- Purpose: what the records of $1 (uuid[]) were last decided by, in binary.
-- Grain: one row a patient_key that was linked. Inputs: linkage.link.
select l.patient_key, l.fingerprint
  from unnest($1::uuid[]) as wanted (patient_key)
  join linkage.link as l on l.patient_key = wanted.patient_key
