-- Purpose: makes room for the faint pairs there are now.
delete from linkage.faint_segment
