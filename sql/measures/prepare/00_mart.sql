-- Purpose: empties the mart; it is filled again in the same transaction, so readers never see it
--   empty.
-- delete, not truncate: truncate would make readers wait and is not safe for older snapshots.
delete from mart.measure_value;
delete from mart.measure;
