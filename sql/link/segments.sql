-- Purpose: all sealed blocking keys, the latest first, in binary.
select run_id, faces, sealed
  from linkage.key_segment
 order by run_id desc, segment
