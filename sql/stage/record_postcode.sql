-- Purpose: where the loader of reference data puts the postcode token of each record of each delivery, for the load file.
create temporary table record_postcode (
    delivery_id bigint not null, patient_key uuid not null, postcode uuid not null
) on commit drop
