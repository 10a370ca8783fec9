-- Purpose: one row of the measure dimension, from the header of its file, and the feed it needs.
-- Parameters: 1 code, 2 title, 3 unit, 4 window, 5 kind, 6 numerator or null, 7 source, 8 caveats,
--   9 feed.
with feed as (
    insert into pg_temp.measure_feed (measure_id, feed) values ($1, $9)
)
insert into mart.measure (measure_id, name, unit, time_window, kind, numerator_id, source, caveats)
values ($1, $2, $3, $4, $5, $6, $7, $8);
