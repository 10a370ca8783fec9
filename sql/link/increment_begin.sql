-- Purpose: what an incremental linking works by. A few thousand records are looked up among millions: each by an index, never
-- by reading the whole.
set local enable_hashjoin = off;
set local enable_mergejoin = off;
set local enable_seqscan = off;
set local jit = off;

create temporary table link_now (like linkage.link including defaults, primary key (patient_key)) on commit drop;
create temporary table pair_now (like linkage.pair, primary key (left_key, right_key)) on commit drop;
create temporary table changed_now (patient_key uuid not null, gone boolean not null) on commit drop
