-- Purpose: every patient_key once, in binary. Inputs: linkage.record.
declare linkage_keys binary no scroll cursor for
select distinct patient_key from linkage.record
