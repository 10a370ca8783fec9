-- Purpose: opens one table for rotation: its rows in binary, and a temporary table of the same shape for what they become.
-- Inputs: setting joinedup.table.
do $$
declare
    place text[] := string_to_array(current_setting('joinedup.table'), '.');
begin
    execute format('create temporary table %I (like %I.%I) on commit drop', 'rotated_' || place[1] || '_' || place[2], place[1],
                   place[2]);
    execute format('declare rotated_rows binary no scroll cursor for select * from %I.%I', place[1], place[2]);
end
$$
