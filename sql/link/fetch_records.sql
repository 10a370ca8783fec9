-- Purpose: the next part of the records.
fetch 20000 from linkage_records
