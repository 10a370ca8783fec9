-- Purpose: how many records there are after an incremental linking ($1).
update linkage.snapshot set records = $1::bigint
