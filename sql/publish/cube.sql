-- Purpose: the exact cube in the one order that figures are protected, hashed and published in.
-- Grain: measure, period end, breakdown, level. Inputs: mart.measure_value, mart.measure.
-- Days are days since 1970-01-01. Collation "C" keeps the order the same on every machine.
select v.period_start - date '1970-01-01' as period_start,
       v.period_end - date '1970-01-01' as period_end,
       to_char(v.period_start, 'DD/MM/YYYY') as period_start_text,
       to_char(v.period_end, 'DD/MM/YYYY') as period_end_text,
       'Performance' as status,
       v.breakdown, v.primary_level, v.primary_level_description, v.secondary_level,
       v.secondary_level_description, v.measure_id, m.name as measure_name,
       m.kind = 'percent' as is_percent,
       v.breakdown = 'England' or v.breakdown like 'England; %' as exempt_level,
       v.numerator, v.denominator
  from mart.measure_value v
  join mart.measure m using (measure_id)
 order by v.period_end, v.period_start, v.breakdown collate "C", v.primary_level collate "C",
          v.secondary_level collate "C", v.measure_id collate "C";
