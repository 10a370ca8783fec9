-- Purpose: fresh planner statistics after a rotation: the old ones hold tokens of the old key.
select meta.refresh_statistics()
