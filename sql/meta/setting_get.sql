-- Purpose: one setting ($1).
select value from meta.setting where name = $1
