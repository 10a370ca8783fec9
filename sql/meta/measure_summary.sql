-- Purpose: what was measured and published last: figures, measures, periods, current publication (0 = none).
select (select count(*) from mart.measure_value),
       (select count(distinct measure_id) from mart.measure_value),
       (select count(distinct period_end) from mart.measure_value),
       coalesce((select publication from meta.publication where is_current), 0)
