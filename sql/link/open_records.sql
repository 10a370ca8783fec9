-- Purpose: every different identity of every record over all applied deliveries, in binary.
-- Grain: one row a patient_key, sealed identity and GP practice; a record's rows together, what was seen last comes last.
-- Inputs: linkage.record.
declare linkage_records binary no scroll cursor for
select r.patient_key,
       min(r.feed),
       min(r.sender),
       min(r.period) - date '1970-01-01' as first_period,
       r.gp_practice,
       r.identity
  from linkage.record as r
 group by r.patient_key, r.gp_practice, r.identity
 order by r.patient_key, max(r.period), max(r.delivery_id), max(r.place), r.gp_practice, r.identity
