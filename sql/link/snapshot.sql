-- Purpose: what the last full linking counted, in binary; no row when there was none.
select basis, model, counted, records, capped, sealed
  from linkage.snapshot
