-- Purpose: a setting that is fixed by the first run: writes $2 if there is none, gives what holds.
with claimed as (
    insert into meta.setting (name, value) values ($1, $2) on conflict (name) do nothing returning value
)
select value from claimed
union all
select value from meta.setting where name = $1 and not exists (select from claimed)
