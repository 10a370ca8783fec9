-- Purpose: whose identities came or went since the last linking; they are struck off. In binary, a key may come twice.
delete from linkage.changed returning patient_key
