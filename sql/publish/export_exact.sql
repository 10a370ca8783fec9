-- Purpose: one reporting period of the mart, exact, for restricted use, in the order it is
--   published.
-- Parameters: 1 first day of the month it ends in, 2 measure ids with commas between, or null for
--   all.
select to_char(v.period_start, 'DD/MM/YYYY') as period_start,
       to_char(v.period_end, 'DD/MM/YYYY') as period_end,
       'Performance' as status,
       v.breakdown, v.primary_level, v.primary_level_description, v.secondary_level,
       v.secondary_level_description, v.measure_id, m.name as measure_name,
       m.kind = 'percent' as is_percent, v.numerator, v.denominator
  from mart.measure_value v
  join mart.measure m using (measure_id)
 where date_trunc('month', v.period_end) = $1::date
   and ($2::text is null or v.measure_id = any (string_to_array($2, ',')))
 order by v.period_end, v.period_start, v.breakdown collate "C", v.primary_level collate "C",
          v.secondary_level collate "C", v.measure_id collate "C";
