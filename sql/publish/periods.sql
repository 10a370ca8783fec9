-- Purpose: which periods of which measures the current publication holds.
-- Grain: measure.
select v.measure_id, to_char(min(v.reporting_period_end), 'YYYY-MM') as first_period,
       to_char(max(v.reporting_period_end), 'YYYY-MM') as last_period,
       count(distinct v.reporting_period_end) as period_count
  from publish.measure_value v
 group by v.measure_id;
