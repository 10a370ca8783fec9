-- Purpose: the keys are read.
close linkage_keys;
analyze pg_temp.link_order
