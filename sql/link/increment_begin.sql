-- Purpose: what an incremental linking works by. A few thousand records are looked up among millions: each by an index, never
-- by reading the whole. (Sequential scans stay allowed: small tables have no other, and where every plan is forbidden the planner
-- cannot tell good from bad.)
set local enable_hashjoin = off;
set local enable_mergejoin = off;
set local jit = off;
set local max_parallel_workers_per_gather = 0;
set local work_mem = '64MB';

create temporary table link_now (like linkage.link including defaults, primary key (patient_key)) on commit drop;
create temporary table pair_now (like linkage.pair, primary key (left_key, right_key)) on commit drop;
create temporary table changed_now (patient_key uuid not null, gone boolean not null) on commit drop
