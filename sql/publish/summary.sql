-- Purpose: how many figures, measures and periods the mart holds. Grain: one row.
select count(*), count(distinct measure_id), count(distinct period_end) from mart.measure_value;
