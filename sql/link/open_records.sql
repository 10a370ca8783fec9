-- Purpose: every different identity of every record over all applied deliveries, in binary.
-- Grain: one row a patient_key, sealed identity and GP practice; a record's rows together, what was seen last comes last.
-- Inputs: linkage.record, pg_temp.link_order.
declare linkage_records binary no scroll cursor for
select r.patient_key,
       min(r.feed),
       min(r.sender),
       min(r.period) - date '1970-01-01' as first_period,
       r.gp_practice,
       r.identity
  from linkage.record as r
  left join pg_temp.link_order as o on o.patient_key = r.patient_key
 group by o.place, r.patient_key, r.gp_practice, r.identity
 order by o.place, r.patient_key, max(array[r.period - date '1970-01-01', r.delivery_id, r.place]::bigint[]), r.gp_practice, r.identity
