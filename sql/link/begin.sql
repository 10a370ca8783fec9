-- Purpose: makes room for what is decided anew of every record, whatever has changed. An incremental linking that was given up may
-- have told the planner to go by indexes.
reset enable_hashjoin;
reset enable_mergejoin;
reset max_parallel_workers_per_gather;
reset jit;
reset work_mem;
truncate linkage.link, linkage.pair, linkage.key_segment, linkage.changed
