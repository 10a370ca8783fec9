-- Purpose: one setting ($1 = $2).
insert into meta.setting (name, value) values ($1, $2)
on conflict (name) do update set value = excluded.value
