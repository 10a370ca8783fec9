-- Purpose: all sealed faint pairs, in binary.
select pairs, sealed
  from linkage.faint_segment
 order by segment
