-- Purpose: the run that wrote the first segments, in binary.
select coalesce(min(run_id), 0) from linkage.key_segment
