-- Purpose: the sealed identities of all deliveries, for the postcodes in them.
-- Grain: one row an identity; a person's last one of a delivery last. Inputs: linkage.record.
declare identities binary no scroll cursor for
select delivery_id, patient_key, identity
  from linkage.record
 order by delivery_id, patient_key, place
