-- Purpose: the identity of every source record over all applied deliveries, as tokens: the latest filled value of
-- each kind, and the first period the record was seen in.
-- Grain: one row a patient_key. Inputs: linkage.record.
declare linkage_records no scroll cursor for
select r.patient_key,
       min(r.period) as first_period,
       (array_agg(r.nhs_number order by r.period desc, r.delivery_id) filter (where r.nhs_number is not null))[1],
       (array_agg(r.name order by r.period desc, r.delivery_id) filter (where r.name is not null))[1],
       (array_agg(r.postcode order by r.period desc, r.delivery_id) filter (where r.postcode is not null))[1],
       (array_agg(r.gp_practice order by r.period desc, r.delivery_id) filter (where r.gp_practice is not null))[1]
  from linkage.record as r
 group by r.patient_key
 order by r.patient_key
