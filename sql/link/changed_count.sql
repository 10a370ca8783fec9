-- Purpose: how many records may have changed; no more than $1 are counted.
select count(*)
  from (select distinct patient_key from linkage.changed limit $1::bigint) as c
